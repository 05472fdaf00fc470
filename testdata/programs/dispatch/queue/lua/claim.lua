-- Moves the next job from pending to active until its lease ends.
-- KEYS[1] pending, KEYS[2] active; ARGV: now, lease in seconds, name of the queue
local id = redis.call('RPOP', KEYS[1])
if not id then return false end
local job = 'q:' .. ARGV[3] .. ':job:' .. id
redis.call('ZADD', KEYS[2], ARGV[1] + ARGV[2], id)
redis.call('HINCRBY', job, 'tries', 1)
redis.call('HSET', job, 'state', 'active')
return {id, redis.call('HGET', job, 'payload')}
