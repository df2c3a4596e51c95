// The page in a browser: asks over HTTP, keeps the state in the fragment of the address.
import { mount } from "./explore.js";

const ask = async (message) => {
  const reply = await fetch("ask", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(message),
  });
  if (!reply.ok) throw Object.assign(new Error(`${reply.status}`), { failed: true });
  return reply.json();
};

const read = () => {
  try {
    return JSON.parse(decodeURIComponent(location.hash.slice(1)) || "{}");
  } catch {
    return { unreadable: location.hash.slice(0, 40) }; // The answer says what is wrong with it.
  }
};

let waiting = 0;
const write = (state) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => history.replaceState(null, "", "#" + encodeURIComponent(JSON.stringify(state))), 150);
};

mount(document.getElementById("kaohe"), ask, {
  read,
  write,
  heard: (changed) => addEventListener("hashchange", changed),
  link: (state) => location.href.split("#")[0] + "#" + encodeURIComponent(JSON.stringify(state)),
});
