// Small pictures in a row: a click chooses one.
const LIFT_MS = 3000; // for which the answer is kept in sight

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".samples");
  const narrow = window.matchMedia("(max-width: 640px)");

  // Else a phone would show the answer below its screen alone. The page grows while it arrives.
  const lift = () => {
    const page = document.querySelector('[data-testid="stMainBlockContainer"]');
    const watch = new ResizeObserver(() => root.scrollIntoView({ block: "start" }));
    const end = () => watch.disconnect();
    if (page) watch.observe(page);
    setTimeout(end, LIFT_MS);
    window.addEventListener("touchmove", end, { once: true });
  };

  const make = (sample) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = sample.clip ? "sample clip" : "sample";
    button.setAttribute("aria-pressed", String(sample.chosen));
    const frame = document.createElement("span");
    frame.className = "frame";
    const picture = document.createElement("img");
    picture.src = sample.picture;
    picture.alt = "";
    frame.append(picture);
    const title = document.createElement("span");
    title.textContent = sample.title;
    button.append(frame, title);
    button.onclick = () => {
      setTriggerValue("clicked", sample.name);
      if (narrow.matches) lift();
    };
    return button;
  };
  root.setAttribute("aria-label", data.label);
  const focused = [...root.children].indexOf(root.getRootNode().activeElement);
  root.replaceChildren(...data.samples.map(make));
  root.children[focused]?.focus({ preventScroll: true });
}
