// Signing in with a passkey, and making one: the one thing here for which a browser needs a script.

const button = document.querySelector("[data-passkey]");
const without = document.getElementById("no-passkey");
const problem = document.getElementById("problem");

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// readable makes of what the server sent what the browser wants.
function readable(options) {
  const out = { ...options, challenge: bytes(options.challenge) };
  if (options.user) out.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) out[list] = options[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return out;
}

// writable makes of what the browser gives what the server reads.
function writable(credential) {
  const given = credential.response;
  const response = { clientDataJSON: text(given.clientDataJSON) };
  if (given.attestationObject) {
    response.attestationObject = text(given.attestationObject);
    response.transports = given.getTransports ? given.getTransports() : [];
  } else {
    response.authenticatorData = text(given.authenticatorData);
    response.signature = text(given.signature);
    response.userHandle = given.userHandle ? text(given.userHandle) : null;
  }
  return {
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined, clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function send(path, what) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(what ?? {}),
  });
  const said = await answer.json().catch(() => ({ text: "The server did not answer as it should. Try again in a minute." }));
  if (!answer.ok) throw new Error(said.text ?? said.detail);
  return said;
}

// sorry says what went wrong in our words: a browser's own often say nothing.
function sorry(error) {
  const known = {
    NotAllowedError: "The passkey was not used: you said no, or it took too long. Try again.",
    InvalidStateError: "This device has a passkey for you already. Sign in with it, or use another device.",
    SecurityError: "Passkeys do not work at this address. Tell the people who look after this Bulkhead.",
    TypeError: "The server does not answer. Try again in a minute.",
  };
  return known[error.name] ?? error.message;
}

function show(message) {
  const heading = document.createElement("h2");
  heading.textContent = "There is a problem";
  const line = document.createElement("p");
  line.textContent = message;
  problem.replaceChildren(heading, line);
  problem.hidden = false;
  problem.focus();
}

async function use() {
  button.disabled = true;
  problem.hidden = true;
  try {
    const { publicKey } = await send(button.dataset.begin);
    const credential = await navigator.credentials[button.dataset.passkey]({ publicKey: readable(publicKey) });
    const { next } = await send(button.dataset.finish, writable(credential));
    location.assign(next);
  } catch (error) {
    button.disabled = false;
    show(sorry(error));
  }
}

if (button && window.PublicKeyCredential) {
  without.hidden = true;
  button.hidden = false;
  button.addEventListener("click", use);
}
