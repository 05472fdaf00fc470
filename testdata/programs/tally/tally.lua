#!lua name=tally

-- A page has a counter for all its views, one for each day, and a set of its days.

local function day_key(page, day) return 'page:' .. page .. ':day:' .. day end

local function view(keys, args)
  local total = redis.call('INCR', keys[1])
  redis.call('INCR', day_key(args[1], args[2]))
  redis.call('SADD', 'page:' .. args[1] .. ':days', args[2])
  return total
end

local function best(keys, args)
  local most, when = 0, false
  for _, day in ipairs(redis.call('SMEMBERS', keys[1])) do
    local n = tonumber(redis.call('GET', day_key(args[1], day)))
    if n > most then most, when = n, day end
  end
  return {when, most}
end

redis.register_function('tally_view', view)
redis.register_function{function_name = 'tally_best', callback = best, flags = {'no-writes'}}
