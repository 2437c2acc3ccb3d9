// A row for each sign of a clip: a click jumps there; the rows of what is in sight are marked.
export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".signs");
  const video = () => document.querySelector('[data-testid="stVideo"]');

  const make = (kind, name, text) => {
    const made = document.createElement(kind);
    made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const rows = data.signs.map((sign) => {
    const row = make("button", sign.named ? "row" : "row unnamed");
    row.type = "button";
    row.setAttribute("aria-label", sign.label);
    if (sign.drawing) {
      const drawing = make("img", "drawing");
      drawing.src = sign.drawing;
      drawing.alt = "";
      row.append(drawing);
    } else {
      row.append(make("span", "drawing", "?"));
    }
    const said = make("span", "said");
    said.append(make("span", "name", sign.name), make("span", "when", sign.when));
    const span = make("span", "span");
    const seen = make("span", "seen");
    const length = Math.max(data.seconds, 0.001);
    seen.style.left = `${(100 * sign.first) / length}%`;
    seen.style.width = `${Math.max(1, (100 * (sign.last - sign.first)) / length)}%`;
    span.append(seen);
    said.append(span);
    row.append(said);
    row.onclick = () => {
      const player = video();
      if (!player) return;
      player.currentTime = sign.first;
      player.play();
      player.scrollIntoView({ block: "nearest", behavior: "smooth" });
    };
    return row;
  });
  root.setAttribute("aria-label", data.label);
  root.replaceChildren(...rows);

  const mark = () => {
    const player = video();
    data.signs.forEach((sign, place) => {
      const now = player ? player.currentTime : -1;
      rows[place].classList.toggle("now", sign.first <= now && now <= sign.last);
    });
  };
  const clock = setInterval(mark, 100);
  return () => clearInterval(clock);
}
