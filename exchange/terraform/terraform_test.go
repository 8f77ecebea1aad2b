package terraform_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/terraform"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/readers"
)

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !terraform.Sniff(text) {
			t.Errorf("%s is not known", file)
		}
		d, err := terraform.Read(text, foreign.Default())
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		readers.Golden(t, strings.TrimSuffix(file, ".json")+".golden", readers.Written(t, d))
	}
}

// plan makes a plan of one resource of a type.
func plan(of, values, sensitive string) []byte {
	return []byte(`{"format_version":"1.2","planned_values":{"root_module":{"resources":[{"address":"` + of + `.x","mode":"managed","type":"` + of + `","name":"x","values":` + values + `,"sensitive_values":` + sensitive + `}]}}}`)
}

// TestAttributes: what an attribute says, and that what is not said, not known yet or sensitive is unknown.
func TestAttributes(t *testing.T) {
	for _, c := range []struct{ of, values, sensitive, want string }{
		{"aws_db_instance", `{"storage_encrypted":true,"publicly_accessible":false,"multi_az":true,"backup_retention_period":7}`, `{}`, "standard no yes yes"},
		{"aws_db_instance", `{"storage_encrypted":false,"publicly_accessible":true,"multi_az":false,"backup_retention_period":0}`, `{}`, "none yes no "},
		{"aws_db_instance", `{"storage_encrypted":null}`, `{}`, "   "},
		{"aws_db_instance", `{}`, `{}`, "   "},
		{"aws_db_instance", `{"storage_encrypted":true,"multi_az":true}`, `{"storage_encrypted":true}`, "  yes "},
		{"aws_lb", `{"internal":true}`, `{}`, " no  "},
		{"aws_lb", `{"internal":false}`, `{}`, " yes  "},
		{"aws_sqs_queue", `{"kms_master_key_id":"alias/x"}`, `{}`, "standard   "},
		{"aws_sqs_queue", `{"kms_master_key_id":""}`, `{}`, "   "},
		{"azurerm_key_vault", `{"public_network_access_enabled":true}`, `{}`, "   "},
		{"azurerm_key_vault", `{"public_network_access_enabled":false}`, `{}`, " no  "},
		{"google_sql_database_instance", `{"settings":[{"availability_type":"REGIONAL","backup_configuration":[{"enabled":false}]}]}`, `{}`, "  yes "},
		{"google_sql_database_instance", `{"settings":[{"availability_type":"REGIONAL"}]}`, `{"settings":true}`, "   "},
		{"google_cloud_run_v2_service", `{"ingress":"INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"}`, `{}`, "   "},
		{"aws_instance", `{"root_block_device":[]}`, `{}`, "   "},
	} {
		d, err := terraform.Read(plan(c.of, c.values, c.sensitive), foreign.Default())
		if err != nil {
			t.Fatal(err)
		}
		readers.Written(t, d)
		x := d.Service.Architecture.Components[0]
		if got := fmt.Sprintf("%s %s %s %s", x.Encryption, x.InternetFacing, x.Redundant, x.BackedUp); got != c.want {
			t.Errorf("%s %s: %q, not %q", c.of, c.values, got, c.want)
		}
	}
}

func TestNothingSecretIsKept(t *testing.T) {
	text, err := os.ReadFile("testdata/aws.json")
	if err != nil {
		t.Fatal(err)
	}
	d, err := terraform.Read(text, foreign.Default())
	if err != nil {
		t.Fatal(err)
	}
	if s := readers.Written(t, d); !bytes.Contains(text, []byte("hunter2")) || strings.Contains(s, "hunter2") {
		t.Error(s)
	}
	d, err = terraform.Read(plan("aws_db_instance", `{"identifier":"hunter2"}`, `{"identifier":true}`), foreign.Default())
	if err != nil || strings.Contains(readers.Written(t, d), "hunter2") {
		t.Error("a name that is sensitive is kept", err)
	}
}

func TestRefuses(t *testing.T) {
	for text, says := range map[string]string{
		"":                                      "empty",
		"{}":                                    "no plan",
		`{"planned_values":{"root_module":{}}}`: "no resource",
		`{"planned_values":`:                    "JSON",
		string(plan("null_resource", "{}", "{}")): "no resource",
	} {
		_, err := terraform.Read([]byte(text), foreign.Default())
		if fault.KindOf(err) != fault.Invalid || err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
	text, err := os.ReadFile("testdata/aws.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := terraform.Read(text, foreign.Limits{Bytes: 1 << 20, Depth: 64, Items: 5}); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("too many: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.json")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add(plan("aws_lb", `{"internal":[true,{}]}`, `[]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		limits := foreign.Limits{Bytes: 1 << 16, Depth: 16, Items: 300}
		d, err := terraform.Read(text, limits)
		if err != nil {
			return
		}
		one := readers.Written(t, d)
		again, err := terraform.Read(bytes.Clone(text), limits)
		if err != nil || readers.Written(t, again) != one {
			t.Fatal("the same bytes give two drafts")
		}
	})
}
