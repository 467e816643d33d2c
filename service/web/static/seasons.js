// How the words of a limit are read, shown while they are typed. Without it the preview shows the same.

const WAIT = 250;

for (const box of document.querySelectorAll("input[data-reading]")) {
  const shown = box.parentElement.querySelector(".reading");
  let timer = 0;
  let asked = 0;
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = (asked += 1);
      try {
        const address = `${box.dataset.reading}?${new URLSearchParams({ words: box.value })}`;
        const answer = await fetch(address, { headers: { Accept: "application/json" } });
        const said = answer.ok ? (await answer.json()).reading : "";
        if (mine === asked) shown.textContent = said;
      } catch {
        // the network is gone: what is read is shown on the preview
        shown.textContent = "";
      }
    }, WAIT);
  });
}

// What a change would do to the tabs: read at once, shown where the button was.
for (const form of document.querySelectorAll("form.tabs-of")) {
  const place = form.nextElementSibling;
  form.hidden = true;
  place.textContent = form.dataset.waiting;
  const ask = async () => {
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const said = page.querySelector("#tabs-said > *, main > *");
      place.replaceChildren(document.importNode(said, true));
    } catch {
      // the network is gone: the button asks again
      place.textContent = "";
      form.hidden = false;
    }
  };
  ask();
}
