// What the keyboard reaches on a page. The browser package calls these one by one.
(() => {
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.getClientRects().length > 0;
  const said = (e) => {
    const name = (e.getAttribute("aria-label") || e.labels?.[0]?.innerText || e.innerText || e.name || "").trim().replace(/\s+/g, " ");
    return e.localName + (e.type && e.localName === "input" ? " " + e.type : "") + (name ? ' "' + name + '"' : "") + (e.id ? " #" + e.id : "");
  };
  // one of a group of radio buttons stands for all: the arrow keys go on from there
  const chosen = (e, all) => {
    if (e.type !== "radio") return true;
    const group = all.filter((o) => o.type === "radio" && o.name === e.name && o.form === e.form);
    return e === (group.find((o) => o.checked) ?? group[0]);
  };
  const look = (e) => {
    const s = getComputedStyle(e);
    return [s.outlineStyle !== "none" && s.outlineWidth !== "0px" ? s.outline : "", s.boxShadow, s.backgroundColor, s.borderColor, s.borderWidth, s.textDecoration].join("|");
  };

  // wanted gives every control that somebody can use, in the order of the page, and goes back to its beginning.
  const wanted = () => {
    const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [contenteditable], [tabindex]:not([tabindex^='-'])")];
    const out = all.filter((e) => !e.disabled && seen(e) && chosen(e, all)).map(said);
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    scrollTo(0, 0);
    return out;
  };

  // reached tells of where the focus is: what, and why it could not be seen there.
  const reached = () => {
    const e = document.activeElement;
    if (!e || e === document.body || e === document.documentElement) return { what: "" };
    const with_ = look(e);
    const box = e.getBoundingClientRect();
    // the middle of what of it is in the window: of a tall field a browser may show no more than the line that is typed in
    const middle = (from, to, end) => (Math.max(from, 0) + Math.min(to, end)) / 2;
    const [x, y] = [middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight)];
    const top = document.elementFromPoint(x, y);
    let wrong = "";
    if (!seen(e)) wrong = "cannot be seen";
    else if (box.right <= 0 || box.bottom <= 0 || box.left >= innerWidth || box.top >= innerHeight) wrong = "is outside the window";
    else if (top && top !== e && !e.contains(top) && !top.contains(e)) wrong = "is covered by " + said(top);
    else {
      e.blur();
      const without = look(e);
      e.focus({ preventScroll: true, focusVisible: true });
      if (with_ === without) wrong = "looks the same without the focus";
    }
    return { what: said(e), wrong };
  };
  return { wanted, reached };
})()
