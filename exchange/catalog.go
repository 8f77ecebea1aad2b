package exchange

import "github.com/bulkhead-assurance/bulkhead/exchange/oscal"

// A catalog of controls becomes a pack of the library. There is one format of them.
type (
	Catalog       = oscal.Catalog
	CatalogImport = oscal.Import
)

// ReadCatalog reads a catalog of controls as a pack. The name of the file is for faults only.
func ReadCatalog(name string, text []byte, as CatalogImport) (Catalog, error) {
	c, err := oscal.Read(text, as, Default())
	return c, in(name, err)
}
