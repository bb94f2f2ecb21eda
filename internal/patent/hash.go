package patent

// Rules names the rule set of the marking check: the SHA-256 over the source of what decides (see TestRulesHash). The answer of a phone
// that was loaded earlier can be told from the answer of today's rules.
const Rules = "sha256:2a21069443e2eccb1c84f90aaee41dadfd27af5ece6b96fe534a40d847d5e8cc"
