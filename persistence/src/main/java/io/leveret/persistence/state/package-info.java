/** What the records of a log come to: the catalog, and which entries of which queues are not settled. */
@NullMarked
package io.leveret.persistence.state;

import org.jspecify.annotations.NullMarked;
