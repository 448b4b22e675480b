/** What a log says, one record at a time: how records are gathered in a batch, written and read. */
@NullMarked
package io.leveret.persistence.record;

import org.jspecify.annotations.NullMarked;
