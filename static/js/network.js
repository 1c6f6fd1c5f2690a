// Makes of the server's drawing of a network one that can be moved and asked, with sigma.js. Places come from the worker.
// Without WebGL, or without the libraries, the drawing stays as it is.
const CLOSER = 1.5;

function hasWebgl() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
}

// Any colour of CSS as sigma reads it.
function rgba(colour, alpha = 1) {
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

// The libraries, as classic scripts, one after another: without WebGL sigma.js cannot even be loaded.
async function load(addresses) {
  for (const src of addresses) {
    await new Promise((resolve, reject) => {
      document.head.append(Object.assign(document.createElement("script"), { src, onload: resolve, onerror: reject }));
    });
  }
}

function read(svg) {
  const graph = new window.graphology.Graph({ type: "undirected" });
  const circles = [...svg.querySelectorAll("circle")];
  const most = Math.max(1, ...circles.map((circle) => Number(circle.dataset.degree)));
  circles.forEach((circle, number) => {
    graph.addNode(String(number), {
      x: circle.cx.baseVal.value,
      y: -circle.cy.baseVal.value,
      size: 4 + 8 * Math.sqrt(Number(circle.dataset.degree) / most),
      label: circle.textContent,
    });
  });
  for (const line of svg.querySelectorAll("line")) graph.mergeEdge(...line.dataset.ends.split(" "));
  return graph;
}

// The palette of the page as it is now: it changes with the scheme.
function palette(figure, svg) {
  const text = getComputedStyle(figure).color;
  const line = svg.querySelector("line");
  const edge = line ? getComputedStyle(line).stroke : text;
  return {
    node: rgba(getComputedStyle(svg.querySelector("circle")).fill),
    faint: rgba(edge, 0.3),
    line: rgba(edge, 0.35),
    strong: rgba(edge, 0.9),
    text: rgba(text),
    paper: rgba(getComputedStyle(document.body).backgroundColor),
  };
}

function drawHover(colours) {
  return (context, node, settings) => {
    context.font = `${settings.labelSize}px ${settings.labelFont}`;
    const width = context.measureText(node.label).width;
    context.fillStyle = colours.paper;
    context.fillRect(node.x + node.size, node.y - settings.labelSize, width + 8, settings.labelSize * 2);
    context.fillStyle = colours.text;
    context.fillText(node.label, node.x + node.size + 4, node.y + settings.labelSize / 3);
  };
}

function start(figure) {
  const svg = figure.querySelector("svg");
  const canvas = figure.querySelector(".canvas");
  const tools = figure.querySelector(".tools");
  const select = tools.querySelector("select");
  const status = tools.querySelector("[role=status]");
  const graph = read(svg);
  const isStill = matchMedia("(prefers-reduced-motion: reduce)");
  let colours = palette(figure, svg);
  let chosen = "";

  canvas.hidden = tools.hidden = false;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", svg.getAttribute("aria-label"));
  const isNear = (node) => !chosen || node === chosen || graph.areNeighbors(chosen, node);
  const sigma = new window.Sigma(graph, canvas, {
    labelFont: getComputedStyle(figure).fontFamily,
    labelSize: 14,
    labelDensity: 0.5,
    allowInvalidContainer: true,
    minCameraRatio: 0.05,
    maxCameraRatio: 3,
    ...(isStill.matches ? { zoomDuration: 1, inertiaDuration: 1, doubleClickZoomingDuration: 1 } : {}),
    nodeReducer: (node, data) => ({
      ...data,
      color: isNear(node) ? colours.node : colours.faint,
      label: isNear(node) ? data.label : "",
      forceLabel: node === chosen,
      zIndex: isNear(node) ? 1 : 0,
    }),
    edgeReducer: (edge, data) => {
      const isOwn = chosen && graph.hasExtremity(edge, chosen);
      return { ...data, color: isOwn ? colours.strong : colours.line, hidden: Boolean(chosen) && !isOwn, size: isOwn ? 2 : 1 };
    },
  });

  function dress() {
    colours = palette(figure, svg);
    sigma.setSetting("labelColor", { color: colours.text });
    sigma.setSetting("defaultDrawNodeHover", drawHover(colours));
    sigma.refresh();
  }

  function look(state) {
    const camera = sigma.getCamera();
    if (isStill.matches) camera.setState({ ...camera.getState(), ...state });
    else camera.animate(state, { duration: 250 });
  }

  function choose(node, isMoved) {
    chosen = node;
    select.value = node;
    status.textContent = node
      ? status.dataset.said.replace("ACCOUNT", graph.getNodeAttribute(node, "label")).replace("NUMBER", graph.degree(node))
      : "";
    if (node && isMoved) {
      // Where all can be seen, all stays to be seen.
      const { x, y } = sigma.getNodeDisplayData(node);
      if (sigma.getCamera().getState().ratio < 1) look({ x, y });
    }
    sigma.refresh();
  }

  const byName = graph.nodes().map((node) => [graph.getNodeAttribute(node, "label"), node]).sort();
  select.append(...byName.map(([label, node]) => new Option(label, node)));
  select.addEventListener("change", () => choose(select.value, true));
  sigma.on("clickNode", ({ node }) => choose(node, false));
  sigma.on("clickStage", () => choose("", false));
  tools.addEventListener("click", ({ target }) => {
    const { ratio } = sigma.getCamera().getState();
    if (target.dataset.zoom === "in") look({ ratio: ratio / CLOSER });
    if (target.dataset.zoom === "out") look({ ratio: ratio * CLOSER });
    if (target.dataset.zoom === "all") look({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
    if ("still" in target.dataset) {
      canvas.hidden = !canvas.hidden;
      target.setAttribute("aria-pressed", String(canvas.hidden));
      svg.toggleAttribute("hidden", !canvas.hidden);
      if (!canvas.hidden) sigma.resize(true).refresh();
    }
  });
  // A wheel or a finger alone moves the page, as everywhere else on it.
  for (const kind of ["wheel", "touchstart", "touchmove"]) {
    const passes = (event) => (kind === "wheel" ? event.ctrlKey : event.touches.length > 1);
    canvas.addEventListener(kind, (event) => passes(event) || event.stopPropagation(), { capture: true, passive: true });
  }
  svg.toggleAttribute("hidden", true);
  dress();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dress);
  new MutationObserver(dress).observe(document.documentElement, { attributes: true });
}

const figure = document.querySelector("[data-network]");
if (figure && hasWebgl()) {
  await load(figure.dataset.network.split(" "));
  start(figure);
}
