package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
	"github.com/spf13/pflag"
)

// config is everything an operator can set. A field's tags name it in the file, in the environment and as a flag. A new
// field must have a good zero value or a default here, so that an old file goes on working.
type config struct {
	Listen        string     `yaml:"listen" env:"STEWARD_LISTEN" flag:"listen" usage:"where the portal listens, host:port"`
	PublicURL     string     `yaml:"public_url" env:"STEWARD_PUBLIC_URL" flag:"public-url" usage:"the address people see, https://HOST"`
	DatabaseURL   secret     `yaml:"database_url" env:"STEWARD_DATABASE_URL" flag:"database-url" usage:"postgres://... or sqlite:PATH"`
	PolicyDir     string     `yaml:"policy_dir" env:"STEWARD_POLICY_DIR" flag:"policy" usage:"folder of policy files instead of the built-in ones"`
	People        string     `yaml:"people" env:"STEWARD_PEOPLE" flag:"people" usage:"people.csv, imported at start while nobody is known"`
	MetricsListen string     `yaml:"metrics_listen" env:"STEWARD_METRICS_LISTEN" flag:"metrics-listen" usage:"where /metrics is served, host:port"`
	MetricsPublic bool       `yaml:"metrics_public" env:"STEWARD_METRICS_PUBLIC" flag:"metrics-public" usage:"allow metrics_listen on an address that others reach"`
	SigningKey    secret     `yaml:"signing_key" env:"STEWARD_SIGNING_KEY" flag:"signing-key" usage:"what checkpoints of the record are signed with; steward key new makes one"`
	AnchorFile    string     `yaml:"anchor_file" env:"STEWARD_ANCHOR_FILE" flag:"anchor-file" usage:"a file to which checkpoints of the record are added, on a disk that the database is not on"`
	AnchorURL     secret     `yaml:"anchor_url" env:"STEWARD_ANCHOR_URL" flag:"anchor-url" usage:"an https address that checkpoints of the record are posted to"`
	AnchorChannel bool       `yaml:"anchor_channel" env:"STEWARD_ANCHOR_CHANNEL" flag:"anchor-channel" usage:"post checkpoints of the record to slack_channel as well"`
	KeepPeople    int        `yaml:"keep_people_months" env:"STEWARD_KEEP_PEOPLE_MONTHS" flag:"keep-people-months" usage:"months for which nobody who left is erased, from left_on on"`
	KeepRequests  int        `yaml:"keep_requests_months" env:"STEWARD_KEEP_REQUESTS_MONTHS" flag:"keep-requests-months" usage:"months for which the words of a request are kept after its end, or that of its approval; 0 is for ever"`
	KeepCopies    int        `yaml:"keep_copies_months" env:"STEWARD_KEEP_COPIES_MONTHS" flag:"keep-copies-months" usage:"months for which copies of messages are kept; 0 is for ever"`
	Zone          string     `yaml:"zone" env:"STEWARD_ZONE" flag:"zone" usage:"the organisation's time zone; empty means that of the policy"`
	Organisation  string     `yaml:"organisation" env:"STEWARD_ORGANISATION" flag:"organisation" usage:"the company's name, as the public pages say it"`
	Contact       string     `yaml:"contact" env:"STEWARD_CONTACT" flag:"contact" usage:"whom to ask about personal data, as the public pages say it"`
	LogLevel      slog.Level `yaml:"log_level" env:"STEWARD_LOG_LEVEL" flag:"log-level" usage:"debug, info, warn or error"`

	OIDCIssuer   string `yaml:"oidc_issuer" env:"STEWARD_OIDC_ISSUER" flag:"oidc-issuer" usage:"the company's identity provider, https://..."`
	OIDCClientID string `yaml:"oidc_client_id" env:"STEWARD_OIDC_CLIENT_ID" flag:"oidc-client-id" usage:"id of Steward at the identity provider"`
	OIDCSecret   secret `yaml:"oidc_client_secret" env:"STEWARD_OIDC_CLIENT_SECRET" flag:"oidc-client-secret" usage:"the secret that belongs to the id"`
	OIDCClaim    string `yaml:"oidc_claim" env:"STEWARD_OIDC_CLAIM" flag:"oidc-claim" usage:"what finds a person at their first sign-in, CLAIM=COLUMN of people.csv; empty means email=email"`

	SMTPURL  secret `yaml:"smtp_url" env:"STEWARD_SMTP_URL" flag:"smtp-url" usage:"the mail server, smtp://USER:PASSWORD@HOST:587 or smtps://HOST:465"`
	SMTPFrom string `yaml:"smtp_from" env:"STEWARD_SMTP_FROM" flag:"smtp-from" usage:"who e-mails are from, Steward <steward@example.com>"`

	HooksListen   string `yaml:"hooks_listen" env:"STEWARD_HOOKS_LISTEN" flag:"hooks-listen" usage:"where chat platforms reach Steward and nothing else is, host:port"`
	AllowLoopback bool   `yaml:"allow_loopback_platforms" env:"STEWARD_ALLOW_LOOPBACK_PLATFORMS" flag:"allow-loopback-platforms" usage:"let a chat platform be on this machine; for tests only"`
	SlackMode     string `yaml:"slack_mode" env:"STEWARD_SLACK_MODE" flag:"slack-mode" usage:"socket or http; empty means socket where there is an app token"`
	SlackBotToken secret `yaml:"slack_bot_token" env:"STEWARD_SLACK_BOT_TOKEN" flag:"slack-bot-token" usage:"the app's bot token, xoxb-..."`
	SlackAppToken secret `yaml:"slack_app_token" env:"STEWARD_SLACK_APP_TOKEN" flag:"slack-app-token" usage:"the app-level token for Socket Mode, xapp-..."`
	SlackSigning  secret `yaml:"slack_signing_secret" env:"STEWARD_SLACK_SIGNING_SECRET" flag:"slack-signing-secret" usage:"the signing secret for http; two, with a comma between, while it is changed"`
	SlackCommand  string `yaml:"slack_command" env:"STEWARD_SLACK_COMMAND" flag:"slack-command" usage:"the slash command, /steward unless the manifest says another"`
	SlackChannel  string `yaml:"slack_channel" env:"STEWARD_SLACK_CHANNEL" flag:"slack-channel" usage:"id of the governance channel, C...; empty for none"`
	SlackConns    int    `yaml:"slack_connections" env:"STEWARD_SLACK_CONNECTIONS" flag:"slack-connections" usage:"sockets of this process, 1 to 10; all processes together may have 10"`
	SlackAPIURL   string `yaml:"slack_api_url" env:"STEWARD_SLACK_API_URL" flag:"slack-api-url" usage:"where Slack's methods are, https://slack.com/api/ unless it is GovSlack"`

	TeamsAppID       string `yaml:"teams_app_id" env:"STEWARD_TEAMS_APP_ID" flag:"teams-app-id" usage:"application (client) id of the bot, a GUID"`
	TeamsTenantID    string `yaml:"teams_tenant_id" env:"STEWARD_TEAMS_TENANT_ID" flag:"teams-tenant-id" usage:"directory (tenant) id of the company, a GUID"`
	TeamsSecret      secret `yaml:"teams_app_secret" env:"STEWARD_TEAMS_APP_SECRET" flag:"teams-app-secret" usage:"the value of the bot's client secret"`
	TeamsCertificate string `yaml:"teams_certificate" env:"STEWARD_TEAMS_CERTIFICATE" flag:"teams-certificate" usage:"a PEM file with certificate and key, instead of the secret"`
	TeamsIdentity    bool   `yaml:"teams_managed_identity" env:"STEWARD_TEAMS_MANAGED_IDENTITY" flag:"teams-managed-identity" usage:"be the managed identity of a machine in Azure, instead of the secret"`
	TeamsCloud       string `yaml:"teams_cloud" env:"STEWARD_TEAMS_CLOUD" flag:"teams-cloud" usage:"public or gcch; empty means public"`
	TeamsServiceURL  string `yaml:"teams_service_url" env:"STEWARD_TEAMS_SERVICE_URL" flag:"teams-service-url" usage:"where the Connector is for people whom Teams has told nothing of yet"`
	TeamsMetadataURL string `yaml:"teams_openid_metadata_url" env:"STEWARD_TEAMS_OPENID_METADATA_URL" flag:"teams-openid-metadata-url" usage:"where the keys of the Bot Framework are told"`
	TeamsTokenURL    string `yaml:"teams_token_url" env:"STEWARD_TEAMS_TOKEN_URL" flag:"teams-token-url" usage:"where tokens for the Connector are made"`
	TeamsTrusted     string `yaml:"teams_trusted_service_urls" env:"STEWARD_TEAMS_TRUSTED_SERVICE_URLS" flag:"teams-trusted-service-urls" usage:"further addresses of the Connector on this machine, with commas between; for tests only"`
}

// defaults are the settings of a first start.
func defaults() config {
	return config{
		Listen: "127.0.0.1:8080", DatabaseURL: secret{"sqlite:steward.db"}, SlackCommand: "/steward", SlackConns: 2,
		KeepPeople: 36, KeepRequests: 36, KeepCopies: 12,
	}
}

// option is one field of config by its names.
type option struct {
	key, env, flag, usage string
	secret, yes           bool // a secret; true or false
	index                 int
}

// options lists the fields of config in their order.
func options() []option {
	t := reflect.TypeFor[config]()
	out := make([]option, t.NumField())
	for i := range out {
		f := t.Field(i)
		out[i] = option{
			key: f.Tag.Get("yaml"), env: f.Tag.Get("env"), flag: f.Tag.Get("flag"), usage: f.Tag.Get("usage"),
			secret: f.Type == reflect.TypeFor[secret](), yes: f.Type.Kind() == reflect.Bool, index: i,
		}
	}
	return out
}

// set gives a field of c a value in its written form.
func (o option) set(c *config, text string) error {
	return env.ParseWithOptions(c, env.Options{Environment: map[string]string{o.env: text}})
}

// show gives a field of c for people. Secrets stay hidden, but that there is none is none.
func (o option) show(c config) string {
	if s, ok := reflect.TypeAssert[secret](reflect.ValueOf(c).Field(o.index)); ok && s.reveal() == "" {
		return ""
	}
	if level, ok := reflect.TypeAssert[slog.Level](reflect.ValueOf(c).Field(o.index)); ok {
		return strings.ToLower(level.String())
	}
	return fmt.Sprint(reflect.ValueOf(c).Field(o.index).Interface())
}

// origins say where values come from, by key: "default", "steward.yaml:3:1", "STEWARD_LISTEN", "--listen".
type origins map[string]string

// loadedConfig is the settings in force.
type loadedConfig struct {
	config
	from  origins
	notes []string // what an operator may want to know, without being wrong
	azure azureIdentity
}

// isSet says whether anybody has set the value.
func (l loadedConfig) isSet(key string) bool { return l.from[key] != "default" }

// named gives a setting with where it comes from, for messages about it.
func (l loadedConfig) named(key string) string {
	if !l.isSet(key) {
		return key
	}
	return fmt.Sprintf("%s (%s)", key, l.from[key])
}

// portalURL is where people reach the portal: the public address, else the one that is listened on.
func (l loadedConfig) portalURL(listen string) string {
	if l.PublicURL != "" {
		return l.PublicURL
	}
	return "http://" + listen
}

// addCommonFlags adds the flags that most commands know.
func addCommonFlags(fs *pflag.FlagSet) {
	fs.String("config", "", "file of settings (default steward.yaml, if there is one)")
	addFlags(fs, "database_url", "policy_dir", "log_level")
}

// addServeFlags adds the flags of all other settings.
func addServeFlags(fs *pflag.FlagSet) {
	addFlags(fs, "listen", "public_url", "people", "metrics_listen", "metrics_public", "zone", "hooks_listen", "organisation", "contact")
}

func addFlags(fs *pflag.FlagSet, keys ...string) {
	for _, o := range options() {
		switch {
		case !slices.Contains(keys, o.key):
		case o.yes:
			fs.Bool(o.flag, false, fmt.Sprintf("%s (%s)", o.usage, o.env))
		default:
			fs.String(o.flag, "", fmt.Sprintf("%s (%s)", o.usage, o.env))
		}
		if f := fs.Lookup(o.flag); f != nil && slices.Contains(keys, o.key) {
			f.Annotations = map[string][]string{settingFlag: {o.key}}
		}
	}
}

// settingFlag marks the flags that are settings: a command may have a flag of its own with the name of one.
const settingFlag = "steward_setting"

// loadConfig puts the layers together: defaults, the file, the environment, the flags. All mistakes are in the error.
func (p program) loadConfig(fs *pflag.FlagSet) (loadedConfig, error) {
	l := loadedConfig{config: defaults(), from: origins{}, azure: readAzureIdentity(p.env)}
	for _, o := range options() {
		l.from[o.key] = "default"
	}
	var problems []string
	file, _ := fs.GetString("config")
	problems = append(problems, l.readFile(file)...)
	problems = append(problems, l.readEnv(p.env)...)
	problems = append(problems, l.readFlags(fs)...)
	if demo, err := fs.GetBool("demo"); err == nil && demo && len(problems) == 0 {
		if err := l.checkDemo(); err != nil { // before the rest, which would say how to open it to others
			return l, err
		}
	}
	if len(problems) == 0 {
		problems = l.check()
	}
	if len(problems) > 0 {
		return l, errors.New(strings.Join(problems, "\n"))
	}
	return l, nil
}

// readEnv takes STEWARD_* and, for secrets, the files that STEWARD_*_FILE name.
func (l *loadedConfig) readEnv(environ []string) (problems []string) {
	vars := map[string]string{}
	for _, kv := range environ {
		if name, value, ok := strings.Cut(kv, "="); ok && value != "" && strings.HasPrefix(name, "STEWARD_") {
			vars[name] = value
		}
	}
	for _, o := range options() {
		value, ok := vars[o.env] // empty ones were left out: they count as not set
		delete(vars, o.env)
		origin := o.env
		if path, byFile := vars[o.env+"_FILE"]; byFile && o.secret {
			delete(vars, o.env+"_FILE")
			if ok {
				problems = append(problems, fmt.Sprintf("%s and %s_FILE are both set; keep one", o.env, o.env))
				continue
			}
			text, err := os.ReadFile(path)
			if err != nil {
				problems = append(problems, fmt.Sprintf("%s_FILE: %v", o.env, err))
				continue
			}
			value, ok, origin = strings.TrimRight(string(text), "\r\n"), true, o.env+"_FILE"
		}
		if ok {
			problems = append(problems, l.take(o, value, origin)...)
		}
	}
	for name := range vars {
		if name != "STEWARD_CONFIG" && !strings.HasPrefix(name, "STEWARD_TEST_") {
			l.notes = append(l.notes, fmt.Sprintf("%s is set but is no setting of this version", name))
		}
	}
	slices.Sort(l.notes)
	return problems
}

// readFlags takes what was typed.
func (l *loadedConfig) readFlags(fs *pflag.FlagSet) (problems []string) {
	for _, o := range options() {
		if f := fs.Lookup(o.flag); f != nil && f.Changed && f.Annotations[settingFlag] != nil {
			problems = append(problems, l.take(o, f.Value.String(), "--"+o.flag)...)
		}
	}
	return problems
}

// take sets one value and notes where it comes from.
func (l *loadedConfig) take(o option, text, origin string) []string {
	if err := o.set(&l.config, text); err != nil {
		return []string{fmt.Sprintf("%s: %s", origin, wrongValue(o, text))}
	}
	l.from[o.key] = origin
	return nil
}

// wrongValue says what would be right. A secret is not repeated.
func wrongValue(o option, text string) string {
	switch {
	case o.secret:
		return "the value cannot be used"
	case o.yes:
		return fmt.Sprintf("%s cannot be %q; it is true or false", o.key, text)
	}
	return fmt.Sprintf("%s cannot be %q; it is %s", o.key, text, o.usage)
}
