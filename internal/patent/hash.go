package patent

// Rules names the rule set of the marking check: the SHA-256 over the source of what decides (see TestRulesHash). The answer of a phone
// that was loaded earlier can be told from the answer of today's rules.
const Rules = "sha256:e645d78eabfa7d40d7134b5d196811fca66df3342a7a532af185f1e9639ac84f"
