@NullMarked
package io.leveret.server.config;

import org.jspecify.annotations.NullMarked;
