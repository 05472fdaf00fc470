package main

import ( "sort"
  "strconv"
	"github.com/redis/go-redis/v9" )

const prefix   = "flag:"   // all flags live below this

// --- key names ---------------------------------------------------------
func  onKey( name string ) string   { return prefix+name+":on" }   // users who asked for it
func offKey( name string ) string   { return prefix+name+":off" }  /* users who opted out */
func cohortKey(name string , n int) string {
    // cohorts are numbered from 0
    return prefix + name + ":cohort:" + strconv.Itoa( n )
}
func effectiveKey(name string) string { return prefix+name+/* computed */":effective" }
func betaKey(name string) string { return prefix + name+":beta" }

// --- writing -----------------------------------------------------------

// optIn  moves a user from off to on.
func optIn( name, user string ) error {
  _, err := rdb.TxPipelined( ctx , func( p redis.Pipeliner ) error {
      p.SRem(ctx, offKey(name), user)   // first out ...
      p.SAdd(ctx,onKey(name),user)      // ... then in
      return nil } )
  return err
}

func optOut( name, user string ) error {
  pipe := rdb.TxPipeline()
  pipe.SAdd( ctx, offKey(name), user )
  pipe.SRem( ctx, onKey(name), user )
  _,err := pipe.Exec(ctx)
  return err
}

func assign(name string, n int, users ...any) error { return rdb.SAdd(ctx, cohortKey(name,n), users...).Err() }

// rollout computes who sees a flag: everybody in the first `cohorts` cohorts
// and those who asked,   minus those who opted out.
func rollout( name string, cohorts int ) (int64, error) {
  sources := []string{ onKey(name) }
  for n:=0 ; n<cohorts ; n++ { sources = append( sources , cohortKey(name, n) ) }

  if err := rdb.SUnionStore( ctx, effectiveKey(name), sources... ).Err() ; err!=nil { return 0, err }
  return rdb.SDiffStore( ctx , effectiveKey(name) , effectiveKey(name), offKey(name) ).Result()
}

// --- reading -----------------------------------------------------------
func enabled( name, user string ) (bool,error) { return rdb.SIsMember(ctx, effectiveKey(name), user).Result() }

func testers( name string ) ([]string , error) {
  both, err := rdb.SInter(ctx, onKey(name), betaKey(name)).Result()   // asked for it AND in the beta
  sort.Strings( both )
  return both,err
}
