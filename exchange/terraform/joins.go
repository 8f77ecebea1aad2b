package terraform

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/sketch"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// buckets takes in what AWS says of a bucket in resources of their own.
func (r *reader) buckets() {
	for _, o := range r.resources {
		if o.of != "aws_s3_bucket_server_side_encryption_configuration" || o.said("rule.apply_server_side_encryption_by_default.sse_algorithm") == "" {
			continue
		}
		for _, b := range r.referred(o, "aws_s3_bucket") {
			b.component.Encryption = "standard"
		}
	}
}

// referred gives the components of a type that a resource refers to.
func (r *reader) referred(o *resource, of string) (out []*resource) {
	for _, ref := range r.refers[o.config] {
		for _, to := range r.at[ref.to][:min(len(r.at[ref.to]), 100)] {
			if to.of == of && !slices.Contains(out, to) {
				out = append(out, to)
			}
		}
	}
	return out
}

// rules finds the security groups that let anybody connect, and what they are on.
func (r *reader) rules() {
	open := map[string]bool{}
	for _, o := range r.resources {
		switch {
		case o.of == "aws_security_group" && anybody(o, "ingress.cidr_blocks", "ingress.ipv6_cidr_blocks"):
			open[o.config] = true
		case o.of == "aws_security_group_rule" && o.said("type") == "ingress" && anybody(o, "cidr_blocks", "ipv6_cidr_blocks"),
			o.of == "aws_vpc_security_group_ingress_rule" && (strings.HasSuffix(o.said("cidr_ipv4"), "/0") || strings.HasSuffix(o.said("cidr_ipv6"), "/0")):
			for _, group := range r.refers[o.config] {
				open[group.to] = true
			}
		}
	}
	for _, o := range r.resources {
		if o.component == nil {
			continue
		}
		for _, ref := range r.refers[o.config] {
			if !open[ref.to] || !strings.Contains(ref.to, "aws_security_group.") {
				continue
			}
			sketch.Remark(&o.component.Note, "The security group "+sketch.Clean(ref.to)+" lets anybody connect.")
			if o.is("associate_public_ip_address") == model.Yes {
				o.component.InternetFacing = model.Yes
			}
		}
	}
}

// anybody says whether one of some lists of addresses has all of them in it.
func anybody(o *resource, paths ...string) bool {
	for _, path := range paths {
		block, key, nested := strings.Cut(path, ".")
		if !nested {
			if slices.ContainsFunc(o.values.Texts(path), everywhere) {
				return true
			}
			continue
		}
		for _, rule := range o.values.All(block) {
			if slices.ContainsFunc(rule.Texts(key), everywhere) {
				return true
			}
		}
	}
	return false
}

func everywhere(cidr string) bool { return strings.HasSuffix(cidr, "/0") }

// flows makes a flow where the configuration gives one component the address of another. Where both are several, which
// goes to which is not known.
func (r *reader) flows() {
	for _, from := range r.order {
		for _, ref := range r.refers[from] {
			if !isAddress(ref.attribute) || len(r.at[from]) > 1 && len(r.at[ref.to]) > 1 || r.Full() {
				continue
			}
			for _, a := range r.at[from] {
				for _, b := range r.at[ref.to] {
					r.Flow(a.component, b.component, "")
				}
			}
		}
	}
}

// isAddress says whether an attribute is where something can be connected to.
func isAddress(attribute string) bool {
	attribute = attribute[strings.LastIndexByte(attribute, '.')+1:]
	for _, end := range []string{"address", "endpoint", "fqdn", "hostname", "url", "uri", "dns_name", "domain_name", "connection_name", "connection_string", "host"} {
		if strings.HasSuffix(attribute, end) {
			return true
		}
	}
	return false
}

// listeners says how a load balancer is reached, and what is behind it.
func (r *reader) listeners() {
	var callers *model.Component
	behind := map[string][]*resource{} // target group -> services
	for _, o := range r.resources {
		if o.of == "aws_ecs_service" {
			for _, g := range r.referred(o, "aws_lb_target_group") {
				behind[g.config] = append(behind[g.config], o)
			}
		}
	}
	for _, o := range r.resources {
		if o.of != "aws_lb_listener" && o.of != "aws_alb_listener" || o.said("default_action.type") == "redirect" || r.Full() {
			continue
		}
		for _, lb := range append(r.referred(o, "aws_lb"), r.referred(o, "aws_alb")...) {
			if lb.component.InternetFacing == model.Yes {
				if callers == nil {
					callers = r.Component("Outside callers", "external-system")
				}
				r.reached(callers, lb, strings.ToLower(o.said("protocol")))
			}
			for _, g := range r.referred(o, "aws_lb_target_group") {
				for _, s := range behind[g.config] {
					protocol := strings.ToLower(g.said("protocol"))
					if protocol != "http" && protocol != "https" {
						protocol = ""
					}
					r.Flow(lb.component, s.component, protocol)
				}
			}
		}
	}
}

func (r *reader) reached(callers *model.Component, lb *resource, protocol string) {
	a := sketch.Address{}
	switch protocol {
	case "https":
		a = sketch.Address{Protocol: "https", Encryption: "standard"}
	case "tls":
		a = sketch.Address{Encryption: "standard"}
	case "http":
		a = sketch.Address{Protocol: "http", Encryption: "none"}
	}
	r.Address(callers, lb.component, a)
}

// What is not carried over.
var (
	otherType     = foreign.Note{One: "1 resource is of a type that is not read", Many: "%d resources are of types that are not read"}
	throughModule = foreign.Note{
		One:  "1 module is given references to others, which were not followed: there may be flows to add",
		Many: "%d modules are given references to others, which were not followed: there may be flows to add",
	}
)
