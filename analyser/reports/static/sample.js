(function () {
  "use strict";
  var report = window.caseReport, data = report.data, sample = data.sample, svg = "http://www.w3.org/2000/svg";

  function make(name, text, css) {
    var element = document.createElement(name);
    if (text !== undefined) { element.textContent = text; }
    if (css) { element.className = css; }
    return element;
  }
  document.querySelectorAll("form.audit").forEach(function (form) {
    var content = document.getElementById("audit-form").content.cloneNode(true), id = form.dataset.anchor + "-comment";
    content.querySelectorAll("input").forEach(function (input) { input.name = form.dataset.anchor + "-" + input.name; });
    content.querySelector("textarea").id = id;
    content.querySelector(".for-comment").htmlFor = id;
    form.appendChild(content);
  });
  // What every case has alike is in the page once, for the sake of its size.
  document.querySelectorAll("section.case").forEach(function (section) {
    var notes = Array.from(section.querySelectorAll("h4")).find(function (h4) { return h4.textContent === "Notes"; });
    notes.after(document.getElementById("open-all").content.cloneNode(true));
    if (section.dataset.list === "B") {
      section.querySelector("form.audit").after(document.getElementById("record-form").content.cloneNode(true));
      section.querySelector(".findings").setAttribute("aria-label", "What was found: " + section.querySelector("h3").textContent);
    }
  });
  function listB(section) { return section.dataset.list === "B"; }
  report.held = function (note) {
    var section = note.closest("section.case");
    return listB(section) && Boolean(section.dataset.revealed) === Boolean(note.dataset.blind);
  };

  // What is saved of a case beside its verdicts: how it was read. No text is in it.
  function seenIn(section) {
    var out = [];
    section.querySelectorAll(".missed[data-arm] li").forEach(function (item) {
      var mark = JSON.parse(item.dataset.mark);
      if (!mark.withdrawn) { delete mark.withdrawn; out.push(mark); }
    });
    return out;
  }
  function sentencesOf(section) {
    var out = [];
    section.querySelectorAll(".sentences li").forEach(function (item) {
      var ticked = Array.prototype.map.call(item.querySelectorAll("input:checked"), function (box) { return box.value; });
      if (ticked.length) {
        out.push({ note_id: item.dataset.note, start: Number(item.dataset.start), end: Number(item.dataset.end), standards: ticked.filter(Boolean) });
      }
    });
    return out;
  }
  report.extend.push(function (section, verdict) {
    var read = Array.prototype.map.call(section.querySelectorAll(".read-blind:checked"), function (box) { return box.closest("details").dataset.note; });
    var b = listB(section);
    if (b) { verdict.recorded = Boolean(section.dataset.revealed); } // for going on from the file; imports have no use for it
    verdict.protocol = { list: b ? "B" : "A", findings: b ? "hidden" : "shown", blind_share: b ? sample.blind_share : 0,
      recall_share: b ? sample.recall_share : 0, blind_notes: read, seen: seenIn(section), sentences: sentencesOf(section) };
    return read.length || verdict.protocol.seen.length || verdict.protocol.sentences.length;
  });

  // Sentences get their boxes when the list is first opened. "None" and a standard exclude each other.
  function prepareSentences(list) {
    if (list.dataset.ready) { return; }
    list.dataset.ready = "1";
    list.querySelectorAll("li").forEach(function (item) {
      item.appendChild(document.getElementById("sentence-form").content.cloneNode(true));
      item.querySelectorAll("input").forEach(function (box) { box.disabled = Boolean(list.closest("section").dataset.revealed); });
    });
  }
  document.addEventListener("toggle", function (e) {
    if (e.target.matches("details.sentences") && e.target.open) { prepareSentences(e.target); }
  }, true);
  document.addEventListener("change", function (e) {
    if (e.target.closest(".shows-what")) {
      e.target.closest(".shows-what").querySelectorAll("input").forEach(function (box) {
        if (box !== e.target && e.target.checked && (!box.value || !e.target.value)) { box.checked = false; }
      });
      report.touch(e.target);
    }
    if (e.target.matches(".read-blind")) { report.touch(e.target); }
  });

  // Notes without marks and sentences can only be judged before the findings are shown.
  function unread(section) {
    var notes = section.querySelectorAll("details[data-blind]").length - section.querySelectorAll(".read-blind:checked").length;
    var sentences = section.querySelectorAll(".sentences li").length - sentencesOf(section).length, out = [];
    if (notes) { out.push("Notes without marks that are not ticked as read: " + notes + "."); }
    if (sentences) { out.push("Sentences without an answer: " + sentences + "."); }
    return out.join(" ");
  }

  // Recording: all four standards first, then they stay as they are and the findings are drawn.
  function record(section) {
    var form = section.querySelector("form.audit"), told = section.querySelector(".record-status");
    if (section.dataset.revealed) { return; }
    var missing = data.dimensions.filter(function (d) { return !form.querySelector('input[name="' + form.dataset.anchor + "-" + d + '"]:checked'); });
    if (missing.length) {
      told.textContent = "Judge first: " + missing.map(function (d) { return data.labels[d]; }).join(", ") + ".";
      form.querySelector('input[name="' + form.dataset.anchor + "-" + missing[0] + '"]').focus();
      return;
    }
    var open = unread(section);
    if (open && !section.dataset.warned) {
      section.dataset.warned = "1";
      told.textContent = open + " Press once more to record your verdict all the same; they then count as not judged.";
      return;
    }
    report.touch(form);
    seal(section).then(function () { section.querySelector(".findings").focus(); });
  }
  // The verdict stays as it is from here on, and what was found is opened and drawn.
  function seal(section) {
    section.dataset.revealed = "1";
    section.querySelectorAll("form.audit input, .shows-what input, .missed[data-arm] :is(input, select, button)").forEach(function (input) { input.disabled = true; });
    section.querySelector(".record").hidden = true;
    section.querySelector(".record-status").textContent = "Your verdict is recorded and stays as it is. Save it before you close the page.";
    progress();
    return opened(section.id + "-found").then(function (text) { draw(section, JSON.parse(text)); }).catch(function () {
      section.querySelector(".record-status").textContent = "Your verdict is recorded. This browser is too old to show what was found; use one of 2023 or later.";
    });
  }
  // What was found travels compressed, so that nobody reads it by accident in the page's source.
  function opened(id) {
    var bytes = Uint8Array.from(atob(document.getElementById(id).textContent), function (letter) { return letter.charCodeAt(0); });
    return Promise.resolve().then(function () {
      return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
    });
  }
  report.restore.push(function (section, saved) {
    if (!listB(section)) { return undefined; }
    var read = saved.protocol || {};
    section.querySelectorAll("details[data-blind]").forEach(function (note) {
      report.prepare(note);
      var box = note.querySelector(".missed[data-arm]");
      (read.seen || []).forEach(function (mark) { if (mark.note_id === note.dataset.note) { report.addMark(note, box, mark); } });
      note.querySelector(".read-blind").checked = (read.blind_notes || []).indexOf(note.dataset.note) >= 0;
    });
    section.querySelectorAll("details.sentences").forEach(prepareSentences);
    section.querySelectorAll(".sentences li").forEach(function (item) {
      var told = (read.sentences || []).find(function (s) { return s.note_id === item.dataset.note && s.start === Number(item.dataset.start); });
      item.querySelectorAll("input").forEach(function (box) {
        box.checked = Boolean(told) && (box.value ? told.standards.indexOf(box.value) >= 0 : !told.standards.length);
      });
    });
    return saved.recorded || (saved.spans || []).length ? seal(section) : undefined;
  });
  document.querySelectorAll("button.record").forEach(function (button) {
    button.addEventListener("click", function () { record(button.closest("section.case")); });
  });

  function list(rows) {
    var ul = make("ul", undefined, "reasons");
    rows.forEach(function (row) { ul.appendChild(make("li", row)); });
    return ul;
  }
  function scores(found, name) {
    var scroll = make("div", undefined, "scroll"), table = make("table"), head = table.createTHead().insertRow(), body = table.createTBody();
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "Scores of " + name);
    table.insertBefore(make("caption", "Scores"), table.firstChild);
    ["Dimension", "Score", "What it rests on"].forEach(function (label) { head.appendChild(make("th", label)).scope = "col"; });
    data.dimensions.forEach(function (d, k) {
      var row = body.insertRow(), s = found.scores[k];
      row.appendChild(make("th", data.labels[d])).scope = "row";
      row.appendChild(make("td", s[0] === null ? "not enough to say" : s[0] + (s[1] === null ? "" : " (" + s[1] + " to " + s[2] + ")"), "n"));
      row.appendChild(make("td", s[3]));
    });
    scroll.appendChild(table);
    return scroll;
  }
  function timeline(section, found) {
    var drawing = section.querySelector("svg.timeline");
    if (!drawing) { return; }
    var dots = drawing.querySelectorAll("circle");
    drawing.querySelector("text").textContent = found.lane;
    found.seen.forEach(function (pair) { dots[pair[0]].setAttribute("cy", pair[1]); dots[pair[0]].setAttribute("class", "dot seen"); });
    found.bars.forEach(function (b) {
      var bar = document.createElementNS(svg, "rect"), title = document.createElementNS(svg, "title");
      ["x", "y", "width"].forEach(function (name, k) { bar.setAttribute(name, b[k]); });
      bar.setAttribute("height", 10);
      bar.setAttribute("opacity", "0.55");
      bar.setAttribute("class", b[3] ? "stretch named" : "stretch");
      title.textContent = b[4];
      bar.appendChild(title);
      drawing.insertBefore(bar, dots[0]);
    });
    drawing.nextElementSibling.textContent = "Each dot is a note; the first lane holds those that show that the child was seen. A filled bar is a longer stretch without what the lane looks for that nothing in these notes names; a dashed one is named in the record.";
  }

  // Found spans come packed (analyser/reports/hidden.py); here they are: code, status, start, end, confidence, rule,
  // model, cues, words, and start and end in the shown text, which is nowhere where there is no text.
  var statuses = ["present", "gap", "planned"];
  function unpack(p) {
    var end = p[1] + p[2];
    return [p[0], statuses[p[5] || 0], p[1], end, p[3] / 100, p[4], p[6] || 0, data.cues[p[7] || 0], p[8] || [],
      p.length > 9 ? p[9] : p[1], p.length > 9 ? p[10] : end];
  }
  function css(e) { return e[0].slice(0, 2).toLowerCase() + (e[1] === "present" ? "" : " " + e[1]); }
  function marks(text, spans) {
    var letters = Array.from(text.textContent), borders = [0, letters.length];
    spans.forEach(function (e) { borders.push(e[9], e[10]); });
    borders = Array.from(new Set(borders)).sort(function (a, b) { return a - b; });
    var out = document.createDocumentFragment();
    borders.slice(0, -1).forEach(function (start, k) {
      var end = borders[k + 1], here = spans.filter(function (e) { return e[9] <= start && end <= e[10]; });
      var words = letters.slice(start, end).join("");
      out.appendChild(here.length ? make("mark", words, here.map(css).join(" ")) : document.createTextNode(words));
      here.forEach(function (e) { if (e[10] === end) { out.appendChild(make("i", e[0] + (e[1] === "present" ? "" : " " + e[1]))); } });
    });
    text.textContent = "";
    text.appendChild(out);
  }
  function listed(spans) {
    var ol = make("ol", undefined, "small found");
    spans.forEach(function (e) {
      var item = make("li", e[0] + " " + data.codes[e[0]][2] + (e[1] === "present" ? "" : ", " + e[1]) + "; " + e[2] + "\u2013" + e[3] + "; " + e[4].toFixed(2) + "; ");
      if (e[5]) {
        var link = make("a", "rule " + e[5]);
        link.href = "#r" + e[5];
        item.append(e[6] ? "model and " : "", link);
      } else {
        item.append("model alone" + (e[8].length ? " (" + e[8].join(", ") + ")" : ""));
      }
      item.append(e[7] ? "; " + e[7] : "");
      ol.appendChild(item);
    });
    return ol;
  }
  function draw(section, found) {
    var box = section.querySelector(".findings");
    box.appendChild(make("h4", "What was found"));
    box.appendChild(make("p", "Priority " + found.priority + ". Stratum " + found.drawn[0] + "; probability of being drawn " + found.drawn[1] + ", so the case stands for " + found.drawn[2] + " of the frame."));
    // A reason that says what a score rests on is the number of that score.
    box.appendChild(list(found.reasons.map(function (r) {
      return typeof r === "number" ? data.labels[data.dimensions[r]] + ": " + found.scores[r][3] : r;
    })));
    box.appendChild(scores(found, section.querySelector("h3").textContent));
    if (found.not_found.length) {
      box.appendChild(make("h4", "Searched and not found in these notes"));
      box.appendChild(list(found.not_found.map(function (pair) { return pair[0] + ": " + pair[1]; })));
    }
    timeline(section, found);
    section.querySelectorAll("details.note").forEach(function (note, k) {
      var text = note.querySelector(".text"), spans = found.notes[k] && found.notes[k].map(unpack);
      if (note.dataset.blind) { return; }
      if (!spans) {
        note.lastElementChild.appendChild(make("p", "Searched: no evidence found in this note.", "quiet"));
      } else {
        if (text) { marks(text, spans.filter(function (e) { return e[9] < e[10] && e[10] <= Array.from(text.textContent).length; })); }
        note.lastElementChild.appendChild(listed(spans));
      }
      if (note.open) { report.prepare(note); }
    });
    box.appendChild(make("p", "The passages are now marked in the notes above; say there whether you agree with each."));
    box.hidden = false;
  }

  function progress() {
    var all = document.querySelectorAll('section.case[data-list="B"]').length;
    var done = document.querySelectorAll("section.case[data-revealed]").length;
    document.getElementById("progress").textContent = done + " of " + all + (all === 1 ? " case" : " cases") + " of list B recorded.";
    // What the machine makes of the whole frame would colour the reading as well.
    var later = document.getElementById("summary-later");
    if (later && !later.dataset.open && done === all) {
      later.dataset.open = "1";
      opened("summary-found").then(function (html) { later.innerHTML = html; }).catch(function () { later.textContent = "This browser is too old to show this table."; });
    }
  }
  progress();

  // Keys without a modifier get in the way of speech input and of some keyboards: they are off until asked for.
  var keys = document.getElementById("shortcuts"), cases = Array.from(document.querySelectorAll("section.case")), at = -1;
  function here() {
    var section = document.activeElement && document.activeElement.closest("section.case");
    return section ? cases.indexOf(section) : at;
  }
  function go(place) {
    if (place < 0 || place >= cases.length) { return; }
    var head = cases[place].querySelector("h3");
    at = place;
    head.tabIndex = -1;
    head.focus({ preventScroll: true });
    head.scrollIntoView();
  }
  document.addEventListener("keydown", function (e) {
    if (!keys.checked || e.ctrlKey || e.altKey || e.metaKey || e.target.matches("textarea, select, input[type=search]")) { return; }
    var now = here();
    if (e.key === "j") { go(now + 1); }
    if (e.key === "k") { go(now - 1); }
    if (e.key === "n" && now >= 0) {
      var notes = Array.from(cases[now].querySelectorAll("details.note"));
      var inside = notes.indexOf(document.activeElement.closest("details.note")), next = notes[inside + 1];
      if (next) { next.open = true; next.querySelector("summary").focus(); }
    }
    if (e.key === "r" && now >= 0 && listB(cases[now])) { record(cases[now]); }
  });

  // The frame can have thousands of rows: its twins are made from the table when they are asked for.
  document.querySelectorAll("button[data-twin]").forEach(function (button) {
    button.addEventListener("click", function () {
      var table = document.getElementById("t-frame"), kind = button.dataset.twin;
      var keysOf = ["case_id", "team", "plan_type", "last_note", "list"], rows = [], of;
      table.querySelectorAll("tbody tr").forEach(function (row) {
        var cells = Array.from(row.cells, function (cell) { return cell.textContent.trim(); });
        if (row.cells[0].tagName === "TH") { of = Array.from(row.querySelectorAll("span"), function (part) { return part.textContent; }); return; }
        rows.push([cells[0], of[0], of[1], cells[1], cells[2] || ""]);
      });
      rows.sort(function (a, b) { return a[0] < b[0] ? -1 : 1; });
      var quote = function (cell) { return '"' + (/^[=+\-@\t\r]/.test(cell) ? "'" : "") + cell.replace(/"/g, '""') + '"'; };
      var text = kind === "csv"
        ? [keysOf].concat(rows).map(function (row) { return row.map(quote).join(",") + "\r\n"; }).join("")
        : JSON.stringify({ table: "frame", caption: table.caption.textContent, columns: keysOf, rows: rows });
      var link = make("a");
      link.href = URL.createObjectURL(new Blob([text], { type: kind === "csv" ? "text/csv" : "application/json" }));
      link.download = "frame." + kind;
      document.body.appendChild(link);
      link.click();
      link.remove();
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
    });
  });
})();
