-- Prepares the Markdown that a build writes for typst: places that links lead to, notes, captions with what they are about.

local marks = {["✅"] = "✓", ["❌"] = "✗", ["❔"] = "?", ["🕓"] = "…", ["⚪"] = "○"}

local function typst(text) return pandoc.RawInline("typst", text) end
local function quoted(text) return '"' .. text:gsub('[\\"]', "\\%0") .. '"' end
local function block(text) return pandoc.RawBlock("typst", text) end

-- HTML of a build: `<a id="…"></a>` is a place, `<br>` ends a line, all other marks go and their words stay.
function RawInline(element)
  if element.format ~= "html" then return nil end
  local place = element.text:match('^<a id="([^"]+)">$')
  if place then return typst("#[#metadata(none)#label(" .. quoted(place) .. ")]") end
  if element.text:match("^<br") then return pandoc.LineBreak() end
  if element.text == "<sub>" or element.text == "</sub>" then return element end
  return {}
end

function Str(element)
  local text = element.text
  for emoji, mark in pairs(marks) do text = text:gsub(emoji, mark) end
  return pandoc.Str(text)
end

local function isThere(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

-- Drawings are printed from the PDF beside them, and an image that was not exported is its words.
function Image(element)
  local drawing = element.src:gsub("%.png$", ".pdf")
  if element.src:match("^figures/") and isThere(drawing) then
    element.src = drawing
    return element
  end
  if not isThere(element.src) then return pandoc.Emph(element.caption) end
  return nil
end

local function isImage(element)
  return element.t == "Para" and #element.content == 1 and element.content[1].t == "Image"
end

-- The kind of thing that a caption is about, such as `Table`; nil for what is none.
local function captionKind(element)
  if element.t ~= "Para" then return nil end
  for index = 1, math.min(2, #element.content) do
    local part = element.content[index]
    if part.t == "Strong" then
      return pandoc.utils.stringify(part):match("^(%a+) %d+%.$")
    end
  end
  return nil
end

-- A paragraph in small letters, which a build writes between `<sub>` and `</sub>`.
local function note(element)
  local first, last = element.content[1], element.content[#element.content]
  if not (first and first.t == "RawInline" and first.text == "<sub>") then return nil end
  local inner = {table.unpack(element.content, 2, #element.content - 1)}
  if last.text ~= "</sub>" then inner = {table.unpack(element.content, 2)} end
  return pandoc.Para(inner)
end

local function without(element)
  return element:walk({RawInline = function(raw) if raw.format == "html" then return {} end end})
end

function Blocks(blocks)
  local result = pandoc.Blocks({})
  local index = 1
  while index <= #blocks do
    local element = blocks[index]
    local following = blocks[index + 1]
    if isImage(element) then
      local image = element.content[1]
      local isCaptioned = following and captionKind(following) == "Figure"
      result:insert(block("#drawing("
        .. quoted(image.src) .. ", " .. quoted(pandoc.utils.stringify(image.caption)) .. ")["))
      if isCaptioned then result:insert(without(following)); index = index + 1 end
      result:insert(block("]"))
    elseif captionKind(element) == "Table" then
      result:extend({block("#caption["), without(element), block("]")})
    elseif element.t == "Para" and note(element) then
      result:extend({block("#note["), without(note(element)), block("]")})
    elseif element.t == "RawBlock" and element.format == "html" then
      local summary = element.text:match("<summary>(.-)</summary>")
      if summary then result:insert(pandoc.Para({pandoc.Strong(pandoc.Str(summary))})) end
    elseif element.t == "Para" or element.t == "Plain" then
      result:insert(without(element))
    else
      result:insert(element)
    end
    index = index + 1
  end
  return result
end

-- The title and the line of facts below it go to the head of the page, and a summary into a box.
function Pandoc(document)
  local blocks = document.blocks
  if blocks[1] and blocks[1].t == "Header" then
    document.meta.title = pandoc.MetaInlines(blocks[1].content)
    blocks:remove(1)
    if blocks[1] and blocks[1].t == "Para" then
      document.meta.facts = pandoc.MetaInlines(blocks[1].content)
      blocks:remove(1)
    end
  end
  local last = 0
  local function isName(element)
    return element and element.t == "Para" and #element.content == 1 and element.content[1].t == "Strong"
  end
  while isName(blocks[last + 1]) and blocks[last + 2] and blocks[last + 2].t == "BulletList" do last = last + 2 end
  if last > 0 then
    blocks:insert(last + 1, block("]"))
    blocks:insert(1, block("#summary["))
  end
  for _, element in ipairs(blocks) do
    if element.t == "Header" then element.level = math.max(1, element.level - 1) end
  end
  return document
end
