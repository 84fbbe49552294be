"use strict";
// The editor asks this server and no other.
(() => {
  const place = document.getElementById("editor");
  const prefixes = JSON.parse(place.dataset.prefixes);
  const declared = Object.entries(prefixes).map(([name, iri]) => `PREFIX ${name}: <${iri}>`).join("\n");
  const endpoint = new URL("/query", location.href).href;
  Yasgui.Yasqe.defaults.value =
    `${declared}\n\nSELECT ?subject ?relation ?object WHERE {\n  ?fact rdf:subject/rdfs:label ?subject ;\n` +
    "        rdf:predicate ?relation ;\n        rdf:object/rdfs:label ?object .\n} LIMIT 50\n";
  // What a link asks is taken out of the address: the editor would look for settings in it too.
  const asked = new URLSearchParams(location.hash.slice(1)).get("query");
  history.replaceState(null, "", location.pathname);
  const editor = new Yasgui(place, {
    requestConfig: { endpoint, method: "POST" },
    endpointCatalogueOptions: { getData: () => [{ endpoint }] },
    copyEndpointOnNewTab: false,
    persistencyExpire: 0,
  });
  if (asked) {
    const tab = editor.addTab(true, { name: "Query" });
    tab.setQuery(asked);
  }
})();
