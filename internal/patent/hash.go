package patent

// Rules names the rule set of the marking check: the SHA-256 over the source of what decides (see TestRulesHash). The answer of a phone
// that was loaded earlier can be told from the answer of today's rules.
const Rules = "sha256:cbea23a3a505027423b6d199ec9c011c6b3156de93cfd7297d3b590f5e954f4e"
