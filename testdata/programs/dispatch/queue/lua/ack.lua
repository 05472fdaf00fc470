-- The job is done. KEYS[1] active, KEYS[2] its record; ARGV: id
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then
  return redis.error_reply('NOTACTIVE ' .. ARGV[1])
end
redis.call('DEL', KEYS[2], KEYS[2] .. ':log')
return redis.call('INCR', KEYS[1] .. ':done')
