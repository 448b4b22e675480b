package io.leveret.exchange;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A set that grows and can be walked by index meanwhile; made for one route, on one thread. A few elements cost no hashing. */
final class OrderedSet<E> {

    /** So many elements are compared one by one: a route to a handful of queues then makes no hash set. */
    private static final int FEW = 8;

    private final List<E> elements = new ArrayList<>(FEW);
    private @Nullable Set<E> hashed;

    int size() {
        return elements.size();
    }

    E get(int index) {
        return elements.get(index);
    }

    /** Whether the element is new. */
    boolean add(E element) {
        return isNew(element) && elements.add(element);
    }

    private boolean isNew(E element) {
        if (elements.size() < FEW) {
            return !elements.contains(element);
        }
        if (hashed == null) {
            hashed = new HashSet<>(elements);
        }
        return hashed.add(element);
    }
}
