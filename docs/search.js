// How Sphinx orders the results of a search, and where they lead: it includes this file in its own
// script (`html_search_scorer`).

// Pages that name everything answer few questions.
const LAST = new Set(["changelog", "contributing", "design", "guarantees", "index", "tables"]);
const weight = (page) => (LAST.has(page) ? 0.1 : 1);

// What a word in the text of a section adds to the score of a result. Most pages have the score of a
// single term, and a term of `search_terms.toml` has 100.
const WORD = 5;

var Scorer = {
  score: ([page, , , , score]) => score * weight(page),
  // The rest is what Sphinx uses without this file.
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};

// Sphinx finds pages. Let each result lead to the section of the page that has most of the words,
// and show the results with the best sections first.
document.addEventListener("DOMContentLoaded", () => {
  const results = document.getElementById("search-results");
  const query = new URLSearchParams(location.search).get("q") ?? "";
  const words = query.toLowerCase().split(/[^\p{L}\p{N}_]+/u).filter((word) => word.length > 2);
  const stems = words.map((word) => new RegExp(`\\b${new Stemmer().stemWord(word)}`, "i"));
  if (!results || !stems.length) return;
  new MutationObserver(() => {
    for (const link of results.querySelectorAll("li:not([class*=object]) > a:not([data-section])")) {
      link.dataset.section = "";
      leadToSection(link, stems).then(sortResults);
    }
  }).observe(results, { childList: true, subtree: true });
});

async function leadToSection(link, stems) {
  const text = await fetch(link.href).then((response) => response.text());
  const page = new DOMParser().parseFromString(text, "text/html");
  page.querySelectorAll(".headerlink").forEach((each) => each.remove());
  const sections = [...page.querySelectorAll("[role=main] section")];
  const anchor = link.hash && page.getElementById(link.hash.slice(1));
  const section = anchor
    ? sections.findLast((each) => each.contains(anchor))
    : sections.reduce((a, b) => (matches(b, stems) > matches(a, stems) ? b : a), sections[0]);
  if (!section) return;
  const name = link.pathname.split("/").pop().replace(/\.html$/, "");
  link.dataset.score = Number(link.dataset.score) + WORD * matches(section, stems) * weight(name);
  const heading = section.querySelector(":scope > :is(h2, h3, h4)");
  if (!heading) return;
  link.hash = section.id;
  const first = [...document.querySelectorAll("#search-results li > a")].find(
    (each) => each.href === link.href,
  );
  if (first !== link) link.closest("li").remove();
  link.textContent = `${page.querySelector("h1").textContent} > ${heading.textContent}`;
}

// How many words a section has; one in its heading counts as three.
function matches(section, stems) {
  const own = [...section.children].filter((each) => each.localName !== "section");
  const heading = own.find((each) => /^h[1-4]$/.test(each.localName));
  const body = own.filter((each) => each !== heading).map((each) => each.textContent).join(" ");
  return stems.reduce((n, stem) => n + 3 * stem.test(heading?.textContent ?? "") + stem.test(body), 0);
}

function sortResults() {
  const score = (item) => Number(item.querySelector("a").dataset.score);
  const items = [...document.querySelectorAll("#search-results li")];
  const sorted = items.toSorted((a, b) => score(b) - score(a));
  if (sorted.some((item, index) => item !== items[index])) items[0].parentElement.append(...sorted);
}
