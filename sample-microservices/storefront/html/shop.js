const PRODUCTS = "/api/products";
const ORDERS = "/api/orders";

const $ = (selector) => document.querySelector(selector);

/** What the customer wants, by product number: {product, quantity}. */
const basket = new Map();
let latestSearch = 0;

function price(money) {
  return new Intl.NumberFormat(undefined, { style: "currency", currency: money.currency }).format(money.amount);
}

function copyOf(template) {
  return $(template).content.firstElementChild.cloneNode(true);
}

function productCard(product) {
  const card = copyOf("#product");
  card.querySelector(".category").textContent = product.category;
  card.querySelector("h3").textContent = product.name;
  card.querySelector(".description").textContent = product.description;
  card.querySelector(".price").textContent = price(product.price);
  const button = card.querySelector("button");
  button.setAttribute("aria-label", "Add " + product.name);
  button.addEventListener("click", () => {
    const line = basket.get(product.sku);
    setQuantity(product, line ? line.quantity + 1 : 1);
  });
  return card;
}

function setQuantity(product, quantity) {
  if (quantity > 0) {
    basket.set(product.sku, { product, quantity: Math.min(quantity, 99) });
  } else {
    basket.delete(product.sku);
  }
  showBasket();
}

function basketLine({ product, quantity }) {
  const line = copyOf("#line");
  line.querySelector(".name").textContent = product.name;
  line.querySelector(".label").textContent = "Pieces of " + product.name;
  line.querySelector(".price").textContent = price({ ...product.price, amount: product.price.amount * quantity });
  const input = line.querySelector("input");
  input.value = quantity;
  input.addEventListener("change", () => setQuantity(product, Number.parseInt(input.value, 10) || 0));
  return line;
}

function showBasket() {
  const lines = [...basket.values()];
  const pieces = lines.reduce((sum, line) => sum + line.quantity, 0);
  const amount = lines.reduce((sum, line) => sum + line.product.price.amount * line.quantity, 0);
  $("#count").textContent = pieces;
  $("#lines").replaceChildren(...lines.map(basketLine));
  $("#basket-empty").hidden = pieces > 0;
  $("#order").hidden = pieces === 0;
  $("#total").hidden = pieces === 0;
  if (pieces > 0) {
    $("#total").textContent = "Together " + price({ ...lines[0].product.price, amount });
    $("#order-status").textContent = "";
  }
}

/** What went wrong, in the service's words where it has any. */
async function problemOf(answer) {
  const isJson = (answer.headers.get("Content-Type") || "").includes("json");
  const problem = isJson ? await answer.json() : {};
  const fields = Object.entries(problem.fields || {}).map(([field, message]) => field + " " + message);
  return [problem.detail || "the shop answered " + answer.status, ...fields].join("; ");
}

async function showProducts(text) {
  const turn = ++latestSearch;
  const status = $("#products-status");
  try {
    const answer = await fetch(PRODUCTS + "?q=" + encodeURIComponent(text));
    if (!answer.ok) {
      throw new Error(await problemOf(answer));
    }
    const products = await answer.json();
    if (turn !== latestSearch) {
      return; // a later search has been sent
    }
    $("#products").replaceChildren(...products.map(productCard));
    status.textContent = products.length === 0 ? "Nothing is called like that." : "";
  } catch (error) {
    status.textContent = "The products cannot be shown: " + error.message;
  }
}

async function placeOrder(event) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  const status = $("#order-status");
  const order = {
    customer: form.customer.value,
    email: form.email.value,
    lines: [...basket.values()].map(({ product, quantity }) => ({
      sku: product.sku,
      quantity,
      unitPrice: product.price,
    })),
  };
  button.disabled = true;
  status.textContent = "Placing the order…";
  try {
    const answer = await fetch(ORDERS, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(order),
    });
    if (!answer.ok) {
      throw new Error(await problemOf(answer));
    }
    const placed = await answer.json();
    basket.clear();
    showBasket();
    status.textContent = "Thank you! Order " + placed.id + " over " + price(placed.total) + " has been placed.";
  } catch (error) {
    status.textContent = "The order was not placed: " + error.message;
  } finally {
    button.disabled = false;
  }
}

$("#search").addEventListener("input", (event) => showProducts(event.target.value));
$("#order").addEventListener("submit", placeOrder);
showBasket();
showProducts("");
