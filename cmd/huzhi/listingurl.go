package main

import "huzhi/config"

type listingURLCmd struct {
	URL  string `arg:"" help:"The address of a listing, as it was copied."`
	JSON bool   `help:"Print one JSON object instead of words."`
}

// Help is the long help.
func (listingURLCmd) Help() string {
	return "Says which listing an address is of: the platform, the item, and one address however it was written. Nothing is fetched; exit 1 with a sentence for what is not a listing. It needs no data folder."
}

// Run reads the address.
func (c *listingURLCmd) Run(t *terminal) error {
	book, err := config.Platforms()
	if err != nil {
		return err
	}
	x, err := book.Read(c.URL)
	if err != nil {
		return err
	}
	if c.JSON {
		return t.json(x)
	}
	t.say("cmd.listing_url.platform", t.p.T("platform."+x.Platform))
	t.say("cmd.listing_url.item", x.Item)
	t.say("cmd.listing_url.canonical", x.Canonical)
	return nil
}
