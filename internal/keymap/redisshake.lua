-- Everything below is the same for all keymaps: it lays a key on the families above as clusterize does.

-- walk tries all ways to lay a key on a pattern. It gives nothing when there is none, else where the tag opens and
-- closes (0, 0 for a family that keeps its name, or a text that is put before the key), and whether ways differ.
local function walk(key, p, step)
  local parts, n = p.parts, #p.parts
  local tail = parts[n].text
  if #key < p.least or tail and string.sub(key, -#tail) ~= tail then return end
  if step == 1 and p.seps >= 0 and p.seps ~= select(2, string.gsub(key, "[:/]", "")) then return end
  local budget, fits, differ = BUDGET, false, false
  if parts[1].text then
    if string.sub(key, 1, #parts[1].text) ~= parts[1].text then return end
    budget = budget + 1 -- clusterize finds the families by the text at the start, and does not count it
  end
  local open, close, at_open, at_close = 0, 0, 0, 0
  local from

  local function note()
    if not p.open then
      fits = true
      return true
    end
    if fits and (open ~= at_open or close ~= at_close) then
      differ = true
      return true
    end
    fits, at_open, at_close = true, open, close
    return false
  end

  local function hole(i, pos)
    local part = parts[i]
    local first, last = pos + part.least[step], #key + 1 - part.rest
    local stop = part.stop[step]
    if stop ~= "" then
      local at = string.find(key, stop, pos)
      if at and at < last then last = at end
    end
    if first > last then return false end
    if i == n then
      return last == #key + 1 and from(i + 1, last)
    end
    local text = parts[i + 1].text
    while first <= last do
      if text then
        local at = string.find(key, text, first, true)
        if not at or at > last then return false end
        first = at
      end
      if from(i + 1, first) then return true end
      first = first + 1
    end
    return false
  end

  function from(i, pos)
    budget = budget - 1
    if budget < 0 then
      differ = true
      return true
    end
    if p.open and i == p.open[1] then open = pos + p.open[2] end
    if p.open and i == p.close[1] then close = pos + p.close[2] end
    if fits and p.open and i > p.close[1] and open == at_open and close == at_close then return false end
    if i > n then
      return pos == #key + 1 and note()
    end
    local part = parts[i]
    if part.text then
      return string.sub(key, pos, pos + #part.text - 1) == part.text and from(i + 1, pos + #part.text)
    end
    if part.values then
      for _, v in ipairs(part.values) do
        if string.sub(key, pos, pos + #v - 1) == v and from(i + 1, pos + #v) then return true end
      end
      return false
    end
    return hole(i, pos)
  end

  from(1, 1)
  if fits or differ then return at_open, at_close, differ end
end

-- index sorts the patterns of one side by the first byte of a key; "" has those that begin with any.
local function index(side)
  local out = { [""] = {} }
  for i, f in ipairs(families) do
    local p = f[side]
    if p then
      p.family = i
      local text = p.parts[1].text
      local first = text and string.sub(text, 1, 1) or ""
      out[first] = out[first] or {}
      table.insert(out[first], p)
    end
  end
  return out
end

local before, after = index("before"), index("after")

-- find lays a key on the patterns, in the first step in which one fits. It gives the family (nil for none), where the
-- tag is, and the families between which the key can't be told.
local function find(patterns, key, renamed)
  local some, any = patterns[string.sub(key, 1, 1)], patterns[""]
  if key == "" then some = nil end
  local family, open, close, put, differ
  local among = {}
  local function try(list, step)
    for _, p in ipairs(list or {}) do
      local f = families[p.family]
      if f.renamed or not renamed then
        local o, c, d = walk(key, p, step)
        if o then
          if d or family and (o ~= open or c ~= close or f.put ~= put) then differ = true end
          if not family then
            family, open, close, put = p.family, o, c, f.put
          end
          family = math.min(family, p.family)
          table.insert(among, p.family)
        end
      end
    end
  end
  for step = 1, 3 do
    try(some, step)
    try(any, step)
    if family then break end
  end
  return family, open, close, differ and among, put
end

local function renamed(key, open, close, put)
  if put then return "{" .. put .. "}" .. key end
  return string.sub(key, 1, open - 1) .. "{" .. string.sub(key, open, close - 1) .. "}" .. string.sub(key, close)
end

local function names(among)
  local out = {}
  for i, f in ipairs(among) do out[i] = families[f].template end
  return table.concat(out, " or ")
end

-- The new name of a key; or nil, and between which families it can't be told.
return function(key)
  if string.find(key, "[{}]") and find(after, key, true) then return key end
  local family, open, close, among, put = find(before, key, false)
  if among then return nil, names(among) end
  if not family or not put and open == 0 then return key end
  local name = renamed(key, open, close, put)
  local back, o, c, several, p = find(after, name, false)
  if not back or several or p ~= put or not put and (o ~= open or c ~= close + 1) then
    local list = several or { back }
    table.insert(list, family)
    return nil, names(list)
  end
  return name
end
