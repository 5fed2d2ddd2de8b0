package upstream

// Portal is what is known of the portal without asking it.
type Portal struct {
	URL     string  // as browsers know it, without a slash at its end
	Version *string // that the portal last gave; nil for none
}
