package rediscmd

// legacyMethods are the methods that older go-redis versions have and the recorded one has not,
// sorted by name. Source: the recorder of the generated table, run once on v8.11.5, v9.0.5 and
// v9.7.3. All other methods of these three versions send the same command, with the same
// keys at the same parameters, as the recorded version. TFCallArgs takes the number of keys as a
// parameter of its own; the table takes it to be the number of Keys.
var legacyMethods = []Method{
	{Name: "SetEX", Words: []string{"setex"}, Keys: legacyKey}, // v8; SetEx since v9
	// RedisGears, v9.1 to v9.7.
	{Name: "TFCall", Words: []string{"tfcall"}},
	{Name: "TFCallASYNC", Words: []string{"tfcallasync"}},
	{Name: "TFCallASYNCArgs", Words: []string{"tfcallasync"}, Keys: legacyOptionKeys},
	{Name: "TFCallArgs", Words: []string{"tfcall"}, Keys: legacyOptionKeys},
	{Name: "TFunctionDelete", Words: []string{"tfunction", "delete"}},
	{Name: "TFunctionList", Words: []string{"tfunction", "list"}},
	{Name: "TFunctionListArgs", Words: []string{"tfunction", "list"}},
	{Name: "TFunctionLoad", Words: []string{"tfunction", "load"}},
	{Name: "TFunctionLoadArgs", Words: []string{"tfunction", "load"}},
	// v8; XTrimMaxLen and XTrimMaxLenApprox, ZAddArgs and ZAddArgsIncr since v9.
	{Name: "XTrim", Words: []string{"xtrim"}, Keys: legacyKey},
	{Name: "XTrimApprox", Words: []string{"xtrim"}, Keys: legacyKey},
	{Name: "ZAddCh", Words: []string{"zadd"}, Keys: legacyKey},
	{Name: "ZAddNXCh", Words: []string{"zadd"}, Keys: legacyKey},
	{Name: "ZAddXXCh", Words: []string{"zadd"}, Keys: legacyKey},
	{Name: "ZIncr", Words: []string{"zadd"}, Keys: legacyKey},
	{Name: "ZIncrNX", Words: []string{"zadd"}, Keys: legacyKey},
	{Name: "ZIncrXX", Words: []string{"zadd"}, Keys: legacyKey},
}

var (
	legacyKey        = []KeyArg{{Name: "key", Form: One}}
	legacyOptionKeys = []KeyArg{{Param: 3, Name: "options", Path: "Keys", Form: Each}}
)
