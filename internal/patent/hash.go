package patent

// Rules names the rule set of the marking check: the SHA-256 over the source of what decides (see TestRulesHash). The answer of a phone
// that was loaded earlier can be told from the answer of today's rules.
const Rules = "sha256:9db5772e4e85baa7832555ccab8537ad4ff012fb8f72e8ee54f974aed178d0b3"
