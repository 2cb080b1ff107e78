// The CommonMark and GFM parser of GitHub, as Debian ships it.
#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>
