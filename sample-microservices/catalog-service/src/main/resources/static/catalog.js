const table = document.querySelector("table");
const rows = document.querySelector("tbody");
const status = document.querySelector("#status");
const query = document.querySelector("#q");

function cell(kind, text, className) {
  const element = document.createElement(kind);
  element.textContent = text;
  if (className) {
    element.className = className;
  }
  return element;
}

function price(money) {
  return new Intl.NumberFormat(undefined, { style: "currency", currency: money.currency }).format(money.amount);
}

function row(product) {
  const tr = document.createElement("tr");
  const name = cell("th", product.name);
  name.scope = "row";
  name.append(cell("small", product.description));
  tr.append(name, cell("td", product.category), cell("td", product.sku), cell("td", price(product.price), "price"));
  return tr;
}

let latest = 0;

async function load() {
  const turn = ++latest;
  try {
    const answer = await fetch("api/products?q=" + encodeURIComponent(query.value));
    if (!answer.ok) {
      throw new Error("the catalog answered " + answer.status);
    }
    const products = await answer.json();
    if (turn !== latest) {
      return; // a later search has been sent
    }
    rows.replaceChildren(...products.map(row));
    table.hidden = products.length === 0;
    status.textContent = products.length === 1 ? "1 product" : products.length + " products";
  } catch (error) {
    status.textContent = "The products cannot be shown: " + error.message;
  }
}

async function version() {
  const answer = await fetch("actuator/info");
  if (answer.ok) {
    const info = await answer.json();
    document.querySelector("#version").textContent = "(version " + info.catalog.version + ")";
  }
}

document.querySelector("#search").addEventListener("submit", (event) => event.preventDefault());
query.addEventListener("input", load);
load();
version().catch(() => {});
