-- Gives back jobs whose lease has ended. KEYS: active, pending; ARGV: now
local late = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
for i, id in ipairs(late) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('LPUSH', KEYS[2], id)
end
return #late
