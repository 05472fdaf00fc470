-- Puts a failed job back, or among the dead after its third try.
-- KEYS: active, pending, dead; ARGV: id, the error, name of the queue
local key = string.format('q:%s:job:%s', ARGV[3], ARGV[1])
local to = KEYS[2]
if tonumber(redis.call('HGET', key, 'tries')) >= 3 then
  to = KEYS[#KEYS]
end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('RPUSH', key .. ':log', ARGV[2])
redis.call('HSET', key, 'state', 'waiting')
redis.call('LPUSH', to, ARGV[1])
return redis.call('LLEN', key .. ':log')
