package portal

import "net/http"

func (p *Portal) about(w http.ResponseWriter, r *http.Request, v visit) error {
	return p.show(w, r, v, http.StatusOK, "about", p.cfg.Build)
}
