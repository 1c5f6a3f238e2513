// The account that the page is about, or all of them. It is in the page's address, and requests of the book carry it.

let chosen = new URLSearchParams(location.search).get("account") ?? "";

/** Its name; empty for all accounts. */
export const chosenAccount = () => chosen;

/** As a parameter of the API. */
export const ofAccount = () => (chosen ? { account: chosen } : {});

export function chooseAccount(name) {
  chosen = name;
  const here = new URL(location.href);
  if (name) here.searchParams.set("account", name);
  else here.searchParams.delete("account");
  history.replaceState(null, "", here);
  document.dispatchEvent(new CustomEvent("accountchange"));
}
