/** What the host of a virtual machine takes from its processors, and what was measured while it took nothing. */
@NullMarked
package io.leveret.bench.steal;

import org.jspecify.annotations.NullMarked;
