// What the tests of the importers share.

import Import
