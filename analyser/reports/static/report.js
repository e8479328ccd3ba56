"use strict";
(function () {
  var root = document.documentElement;
  root.classList.add("script");
  var data = JSON.parse(document.getElementById("report-data").textContent);
  var status = document.getElementById("save-status");
  var changed = false;

  function verdicts() {
    var out = [];
    document.querySelectorAll("form.audit").forEach(function (form) {
      var judged = {}, any = false;
      data.dimensions.forEach(function (d) {
        var picked = form.querySelector('input[name="' + form.dataset.anchor + "-" + d + '"]:checked');
        judged[d] = picked ? picked.value : null;
        any = any || Boolean(picked);
      });
      var comment = form.querySelector("textarea").value;
      if (any || comment) { out.push({ case_id: form.dataset.case, dimensions: judged, comment: comment }); }
    });
    return out;
  }

  function save() {
    var list = verdicts();
    var content = { kind: "case-record-analyser verdicts", saved_at: new Date().toISOString(), auditor: document.getElementById("auditor").value,
      versions: data.versions, input_sha256: data.input_sha256, verdicts: list };
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1)], { type: "application/json" }));
    link.download = "verdicts.json";
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
    changed = false;
    status.textContent = "Saved " + list.length + (list.length === 1 ? " case" : " cases") + " to verdicts.json in your downloads.";
  }
  document.getElementById("save").addEventListener("click", save);
  document.addEventListener("change", function (e) { if (e.target.closest("form.audit")) { changed = true; } });
  document.addEventListener("submit", function (e) { e.preventDefault(); });
  window.addEventListener("beforeunload", function (e) { if (changed) { e.preventDefault(); e.returnValue = ""; } });

  // Reading list: filter by words, sort by column. Without this script the list is there in order of priority.
  var table = document.getElementById("reading-list"), body = table.tBodies[0];
  var filter = document.getElementById("filter"), count = document.getElementById("filter-count");
  filter.addEventListener("input", function () {
    var words = filter.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
    Array.prototype.forEach.call(body.rows, function (row) {
      var text = row.textContent.toLowerCase();
      row.hidden = !words.every(function (w) { return text.indexOf(w) >= 0; });
      if (!row.hidden) { shown += 1; }
    });
    count.textContent = shown + " of " + body.rows.length + " cases shown.";
  });
  table.querySelectorAll("thead button").forEach(function (button) {
    button.addEventListener("click", function () {
      var cell = button.closest("th"), index = cell.cellIndex, up = cell.getAttribute("aria-sort") !== "ascending";
      table.querySelectorAll("thead th").forEach(function (th) { th.removeAttribute("aria-sort"); });
      cell.setAttribute("aria-sort", up ? "ascending" : "descending");
      var key = function (row) { var v = row.cells[index].dataset.sort; return v === undefined ? row.cells[index].textContent : v; };
      var rows = Array.prototype.slice.call(body.rows).sort(function (a, b) {
        var x = key(a), y = key(b), nx = parseFloat(x), ny = parseFloat(y);
        var order = isNaN(nx) || isNaN(ny) ? x.localeCompare(y, "en") : nx - ny;
        return up ? order : -order;
      });
      rows.forEach(function (row) { body.appendChild(row); });
    });
  });

  // All notes of a case open or shut; print opens them all.
  document.querySelectorAll("button.open-all").forEach(function (button) {
    button.addEventListener("click", function () {
      var open = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(open));
      button.closest("section").querySelectorAll("details.note").forEach(function (d) { d.open = open; });
    });
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.note").forEach(function (d) { d.dataset.was = d.open ? "1" : ""; d.open = true; });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details.note").forEach(function (d) { d.open = d.dataset.was === "1"; });
  });
})();
