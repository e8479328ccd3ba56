"use strict";
(function () {
  var root = document.documentElement;
  root.classList.add("script");
  var data = JSON.parse(document.getElementById("report-data").textContent);
  var status = document.getElementById("save-status");
  var changed = false, printing = false;
  // Reports of another kind add to what is saved of a case, and say which notes get no controls yet.
  var hooks = window.caseReport = { data: data, extend: [], held: function () { return false; }, touch: touch, prepare: prepare, restore: [],
    addMark: addMark };

  // Evidence is read from its line in the list: a copy of it in attributes would make the file a tenth larger.
  function evidenceOf(item) {
    var told = /^(\S+) [^;]*?(?:, (gap|planned))?; (\d+)\u2013(\d+);/.exec(item.textContent);
    return { code: told[1], status: told[2] || "present", start: Number(told[3]), end: Number(told[4]) };
  }

  function spansOf(section) {
    var out = [];
    section.querySelectorAll("label.verdict select").forEach(function (select) {
      if (!select.value && !select.dataset.was) { return; }
      var item = select.closest("li"), found = evidenceOf(item), label = data.codes[found.code], link = item.querySelector("a");
      var plain = select.value === "agree" || select.value === "";
      out.push({ note_id: item.closest("details").dataset.note, start: found.start, end: found.end, dimension: label[0], indicator: label[1],
        status: found.status, source: link ? data.sources[Number(link.hash.slice(2)) - 1] : "",
        verdict: plain ? select.value || null : "disagree", reason: plain ? null : select.value });
    });
    return out;
  }

  function missedOf(section) {
    var out = [];
    section.querySelectorAll(".missed:not([data-arm]) li").forEach(function (item) { out.push(JSON.parse(item.dataset.mark)); });
    return out;
  }

  function verdicts() {
    var out = [];
    document.querySelectorAll("form.audit").forEach(function (form) {
      var judged = {}, any = false, section = form.closest("section"), spans = spansOf(section), missed = missedOf(section);
      data.dimensions.forEach(function (d) {
        var picked = form.querySelector('input[name="' + form.dataset.anchor + "-" + d + '"]:checked');
        judged[d] = picked ? picked.value : null;
        any = any || Boolean(picked);
      });
      var comment = form.querySelector("textarea").value;
      var verdict = { case_id: form.dataset.case, judged_at: form.dataset.judged || new Date().toISOString(), dimensions: judged, comment: comment,
        spans: spans, missed: missed };
      var more = hooks.extend.map(function (add) { return add(section, verdict); }).some(Boolean);
      if (any || comment || spans.length || missed.length || more) { out.push(verdict); }
    });
    return out;
  }

  // Going on from a saved file: it has to belong to this report, and what was judged on the page already stays.
  function foreign(content) {
    if (!content || content.kind !== data.kind || !Array.isArray(content.verdicts)) { return "it was not saved by a report of this program"; }
    if (content.input_sha256 !== data.input_sha256) { return "it is on another export"; }
    var own = data.sample || {}, other = content.sample || {};
    if (["seed", "frame_ids_sha256", "draw_sha256"].some(function (name) { return own[name] !== other[name]; })) { return "it is of another sample, or of another kind of report"; }
    if (["auditor", "auditors", "blind_share", "recall_share"].some(function (name) { return own[name] !== other[name]; })) { return "it is of another auditor's file"; }
    var typed = document.getElementById("auditor").value.trim().toLowerCase(), told = String(content.auditor || "").trim().toLowerCase();
    if (typed && told && typed !== told) { return "it names another auditor than you typed above"; }
    return content.verdicts.every(function (v) { return v && typeof v.case_id === "string" && v.dimensions && typeof v.dimensions === "object"; })
      ? "" : "it is damaged";
  }
  function noteOf(section, id) {
    return Array.from(section.querySelectorAll("details.note")).find(function (note) { return note.dataset.note === id; });
  }
  function restoreMarks(section, saved) {
    var lost = 0;
    (saved.spans || []).forEach(function (span) {
      var note = noteOf(section, span.note_id), item;
      if (note) {
        prepare(note);
        item = Array.from(note.querySelectorAll("ol.found > li")).find(function (li) {
          var found = evidenceOf(li), label = data.codes[found.code];
          return found.start === span.start && found.end === span.end && found.status === span.status && label[0] === span.dimension && label[1] === span.indicator;
        });
      }
      var select = item && item.querySelector("label.verdict select");
      if (!select) { lost += 1; return; }
      select.value = (span.verdict === "disagree" ? span.reason : span.verdict) || "";
      select.dataset.was = "1";
    });
    (saved.missed || []).forEach(function (mark) {
      var note = noteOf(section, mark.note_id);
      if (note) { prepare(note); }
      var box = note && note.querySelector(".missed:not([data-arm])");
      if (box) { addMark(note, box, mark); } else { lost += 1; }
    });
    return lost;
  }
  function goOn(content) {
    var here = new Set(verdicts().map(function (v) { return v.case_id; })), kept = 0, gone = 0, waiting = [];
    var forms = new Map(Array.from(document.querySelectorAll("form.audit"), function (form) { return [form.dataset.case, form]; }));
    content.verdicts.forEach(function (saved) {
      var form = forms.get(saved.case_id), section = form && form.closest("section.case");
      if (!form) { gone += 1; return; }
      if (here.has(saved.case_id)) { kept += 1; return; }
      data.dimensions.forEach(function (d) {
        form.querySelectorAll('input[name="' + form.dataset.anchor + "-" + d + '"]').forEach(function (input) { input.checked = input.value === saved.dimensions[d]; });
      });
      form.querySelector("textarea").value = saved.comment || "";
      waiting.push(Promise.all(hooks.restore.map(function (add) { return add(section, saved); })).then(function () {
        var lost = restoreMarks(section, saved);
        form.dataset.judged = saved.judged_at || content.saved_at;
        return lost;
      }));
    });
    var name = document.getElementById("auditor");
    name.value = name.value.trim() || content.auditor || "";
    return Promise.all(waiting).then(function (all) {
      var lost = all.reduce(function (a, b) { return a + b; }, 0), many = function (n) { return n + (n === 1 ? " case" : " cases"); };
      return "Went on from the file: " + many(all.length) + "." + (kept ? " Left as judged on this page: " + many(kept) + "." : "") +
        (gone ? " Not in this report: " + many(gone) + "; keep that file too." : "") + (lost ? " Verdicts on passages that are not here: " + lost + "." : "");
    });
  }
  var chooser = document.getElementById("load"), told = document.getElementById("load-status");
  chooser.addEventListener("change", function () {
    if (!chooser.files.length) { return; }
    chooser.files[0].text().then(function (text) {
      var content = null, why;
      try { content = JSON.parse(text); } catch (error) { /* no JSON: foreign() says so */ }
      why = foreign(content);
      return why ? "This file cannot be used here: " + why + "." : goOn(content);
    }).catch(function () { return "This file cannot be read."; }).then(function (words) {
      told.textContent = words;
      chooser.value = "";
    });
  });

  function save() {
    var list = verdicts();
    var content = { kind: data.kind, saved_at: new Date().toISOString(), auditor: document.getElementById("auditor").value,
      versions: data.versions, input_sha256: data.input_sha256, sample: data.sample, verdicts: list };
    var name = data.sample && data.sample.auditors > 1 ? "verdicts-" + data.sample.auditor + ".json" : "verdicts.json";
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1)], { type: "application/json" }));
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
    changed = false;
    status.textContent = "Saved " + list.length + (list.length === 1 ? " case" : " cases") + " to " + name + " in your downloads.";
  }
  document.getElementById("save").addEventListener("click", save);
  // The time of the last change of a case goes into the file, so that saving again tells nothing new of cases left alone.
  function touch(element) {
    changed = true;
    element.closest("section.case").querySelector("form.audit").dataset.judged = new Date().toISOString();
  }
  document.addEventListener("change", function (e) {
    if (e.target.matches("label.verdict select")) { e.target.dataset.was = "1"; touch(e.target); }
    if (e.target.closest("form.audit")) { touch(e.target); }
  });
  document.addEventListener("submit", function (e) { e.preventDefault(); });
  window.addEventListener("beforeunload", function (e) { if (changed) { e.preventDefault(); e.returnValue = ""; } });

  // Reading list: filter by words, sort by column. Without this script the list is there in order of priority.
  var table = document.getElementById("reading-list");
  if (table) { readingList(table.tBodies[0]); }
  function readingList(body) {
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
  }

  // All notes of a case open or shut; print opens them all.
  document.addEventListener("click", function (e) {
    var button = e.target.closest("button.open-all");
    if (!button) { return; }
    var open = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(open));
    button.closest("section").querySelectorAll("details.note").forEach(function (d) { d.open = open; });
  });

  // Controls for evidence are made when a note is first opened: most notes of a long report never are.
  function shown(note) {
    var text = note.querySelector(".text");
    if (!text) { return ""; }
    text = text.cloneNode(true);
    text.querySelectorAll("i").forEach(function (code) { code.remove(); });
    return text.textContent;
  }

  // Offsets in files count characters of the note as read: code points, and with whatever the page does not show.
  function inNote(note, text, at) {
    var place = Array.from(text.slice(0, at)).length, shift = 0;
    (note.dataset.shifts || "").split(" ").forEach(function (pair) {
      var told = pair.split(":");
      if (pair && Number(told[0]) <= place) { shift = Number(told[1]); }
    });
    return place + shift;
  }

  function picked(note, all) {
    var where = note.querySelector(".where").value, text = note.querySelector(".text"), range = window.getSelection();
    if (where) { return where.split(" ").map(Number); }
    if (!text || !range.rangeCount || range.isCollapsed || !text.contains(range.anchorNode) || !text.contains(range.focusNode)) { return null; }
    range = range.getRangeAt(0);
    var before = document.createRange(), ends = [[range.startContainer, range.startOffset], [range.endContainer, range.endOffset]];
    ends = ends.map(function (end) {
      before.setStart(text, 0);
      before.setEnd(end[0], end[1]);
      var part = before.cloneContents();
      part.querySelectorAll("i").forEach(function (code) { code.remove(); });
      return part.textContent.length;
    });
    while (ends[0] < ends[1] && /\s/.test(all[ends[0]])) { ends[0] += 1; }
    while (ends[0] < ends[1] && /\s/.test(all[ends[1] - 1])) { ends[1] -= 1; }
    return ends[0] < ends[1] ? ends : null;
  }

  // Where an offset into the note as read stands in the shown text.
  function inText(note, text, at) {
    var pairs = (note.dataset.shifts || "").split(" ").filter(Boolean).map(function (pair) { return pair.split(":").map(Number); });
    var letters = Array.from(text), units = 0, shift = 0;
    for (var place = 0; place < letters.length; place += 1) {
      while (pairs.length && pairs[0][0] <= place) { shift = pairs.shift()[1]; }
      if (place + shift >= at) { break; }
      units += letters[place].length;
    }
    return units;
  }

  function addMark(note, box, found) {
    var list = box.querySelector("ul"), told = box.querySelector("[role=status]"), shows = box.querySelector(".shows"), text = shown(note);
    var code = Object.keys(data.codes).find(function (c) { return data.codes[c][0] === found.dimension && data.codes[c][1] === found.indicator; });
    var option = Array.from(shows.options).find(function (o) { return o.value === code; });
    var passage = found.start === null ? "the whole note" : text.slice(inText(note, text, found.start), inText(note, text, found.end)).trim();
    var words = (option ? option.text : "") + ": " + passage + " ", item = document.createElement("li"), button = document.createElement("button");
    item.textContent = words;
    item.dataset.mark = JSON.stringify(found);
    item.hidden = Boolean(found.withdrawn);
    button.type = "button";
    button.className = "mark";
    button.textContent = "Take back";
    button.setAttribute("aria-label", "Take back " + words);
    button.addEventListener("click", function () {
      found.withdrawn = true;
      item.dataset.mark = JSON.stringify(found);
      item.hidden = true;
      told.textContent = "Taken back.";
      shows.focus();
      touch(box);
    });
    item.appendChild(button);
    list.appendChild(item);
  }

  function mark(note, box) {
    var shows = box.querySelector(".shows"), told = box.querySelector("[role=status]");
    if (!shows.value) { told.textContent = "Choose first what the passage shows."; shows.focus(); return; }
    var text = shown(note), ends = picked(note, text), label = data.codes[shows.value];
    var found = { note_id: note.dataset.note, start: ends ? inNote(note, text, ends[0]) : null, end: ends ? inNote(note, text, ends[1]) : null,
      dimension: label[0], indicator: label[1], withdrawn: false };
    addMark(note, box, found);
    shows.value = "";
    told.textContent = box.dataset.told || "Marked as missed.";
    touch(box);
  }

  function prepare(note) {
    if (note.dataset.ready || hooks.held(note)) { return; }
    note.dataset.ready = "1";
    note.querySelectorAll("ol.found > li").forEach(function (item) {
      var form = document.getElementById("span-form").content.cloneNode(true), found = evidenceOf(item);
      form.querySelector("select").setAttribute("aria-label", "Verdict on " + found.code + ", characters " + found.start + " to " + found.end);
      item.appendChild(form);
    });
    note.lastElementChild.appendChild(document.getElementById(note.dataset.blind ? "blind-form" : "missed-form").content.cloneNode(true));
    var box = note.querySelector(".missed"), where = box.querySelector(".where"), text = shown(note), sentence = /[^\s][^\n]*?(?:[.!?]+(?=\s|$)|(?=\n|$))/g, hit;
    while ((hit = sentence.exec(text))) {
      var words = hit[0].trimEnd();
      where.add(new Option(words.length > 90 ? words.slice(0, 89) + "\u2026" : words, hit.index + " " + (hit.index + words.length)));
    }
    box.querySelector("button").addEventListener("click", function () { mark(note, box); });
  }
  document.addEventListener("toggle", function (e) {
    if (e.target.matches("details.note") && e.target.open && !printing) { prepare(e.target); }
  }, true);

  window.addEventListener("beforeprint", function () {
    printing = true;
    document.querySelectorAll("details.note, details.sentences").forEach(function (d) { d.dataset.was = d.open ? "1" : ""; d.open = true; });
  });
  window.addEventListener("afterprint", function () {
    printing = false;
    document.querySelectorAll("details.note, details.sentences").forEach(function (d) { d.open = d.dataset.was === "1"; });
  });
})();
