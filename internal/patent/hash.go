package patent

// Rules names the rule set of the marking check: the SHA-256 over the source of what decides (see TestRulesHash). The answer of a phone
// that was loaded earlier can be told from the answer of today's rules.
const Rules = "sha256:39aa0792e3423913e0225867936714b3ddef5b6ac3b3074c7c5e2e4420b7e11d"
