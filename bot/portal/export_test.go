package portal

// Routes gives every route of a portal as "METHOD /path", for tests that must not forget one.
func Routes(cfg Config) ([]string, error) {
	p, err := newPortal(cfg)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, r := range p.routes {
		out = append(out, r.method+" "+r.path)
	}
	return out, nil
}

// LocalPath and Hashed are tested directly.
var (
	LocalPath = localPath
	Hashed    = hashed
)
