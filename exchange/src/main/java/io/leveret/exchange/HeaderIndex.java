package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.exchange.HeaderCriteria.Criterion;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of a headers exchange by what they ask for, immutable. One that wants all of its criteria stands under one
 * of them, that under which the fewest stand already; one that wants any stands under each. So a message is compared only
 * with the bindings that agree with it in one header already.
 *
 * @param blank the bindings without criteria, which stand under none
 * @param byName the others, by header name and then by value
 */
record HeaderIndex<D>(
        BindingMap<HeaderCriteria, D> blank,
        PersistentMap<String, PersistentMap<HeaderValue, BindingMap<HeaderCriteria, D>>> byName) {

    private static final HeaderCriteria ALL_OF_NONE = new HeaderCriteria(true, List.of());

    static <D> HeaderIndex<D> empty() {
        return new HeaderIndex<>(BindingMap.empty(), PersistentMap.empty());
    }

    boolean isEmpty() {
        return blank.isEmpty() && byName.isEmpty();
    }

    HeaderIndex<D> with(HeaderCriteria criteria, D destination) {
        if (criteria.isBlank()) {
            return new HeaderIndex<>(blank.with(criteria, destination), byName);
        }
        HeaderIndex<D> index = this;
        for (Criterion place : places(criteria)) {
            index = index.replaced(place, index.under(place).with(criteria, destination));
        }
        return index;
    }

    /** Without a binding, which must be there. */
    HeaderIndex<D> without(HeaderCriteria criteria, D destination) {
        if (criteria.isBlank()) {
            return new HeaderIndex<>(blank.without(criteria, destination), byName);
        }
        HeaderIndex<D> index = this;
        for (Criterion place : places(criteria)) {
            index = index.replaced(place, index.under(place).without(criteria, destination));
        }
        return index;
    }

    /** Adds the destinations of each binding that matches; a destination may come with several of them. */
    void collect(FieldTable headers, List<Destinations<D>> matched) {
        Destinations<D> unconditional = blank.get(ALL_OF_NONE);
        if (unconditional != null) {
            matched.add(unconditional);
        }
        for (Map.Entry<String, FieldValue> header : headers.entries().entrySet()) {
            PersistentMap<HeaderValue, BindingMap<HeaderCriteria, D>> byValue = byName.get(header.getKey());
            if (byValue != null) {
                collect(byValue.get(HeaderValue.of(header.getValue())), headers, matched);
                collect(byValue.get(HeaderValue.ANY), headers, matched);
            }
        }
    }

    private static <D> void collect(
            @Nullable BindingMap<HeaderCriteria, D> bindings, FieldTable headers, List<Destinations<D>> matched) {
        if (bindings == null) {
            return;
        }
        bindings.byKey().forEach((criteria, destinations) -> {
            if (!criteria.all() || criteria.matches(headers)) {
                matched.add(destinations);
            }
        });
    }

    private List<Criterion> places(HeaderCriteria criteria) {
        return criteria.all() ? List.of(place(criteria.criteria(), criteria)) : criteria.criteria();
    }

    /** Where equal criteria stand already, or else the criterion that fewest stand under. */
    private Criterion place(List<Criterion> candidates, HeaderCriteria criteria) {
        Criterion place = candidates.get(0);
        int fewest = Integer.MAX_VALUE;
        for (Criterion candidate : candidates) {
            BindingMap<HeaderCriteria, D> bindings = under(candidate);
            if (bindings.get(criteria) != null) {
                return candidate;
            }
            if (bindings.size() < fewest) {
                fewest = bindings.size();
                place = candidate;
            }
        }
        return place;
    }

    private BindingMap<HeaderCriteria, D> under(Criterion criterion) {
        PersistentMap<HeaderValue, BindingMap<HeaderCriteria, D>> byValue = byName.get(criterion.name());
        BindingMap<HeaderCriteria, D> bindings = byValue == null ? null : byValue.get(criterion.value());
        return bindings == null ? BindingMap.empty() : bindings;
    }

    private HeaderIndex<D> replaced(Criterion criterion, BindingMap<HeaderCriteria, D> bindings) {
        PersistentMap<HeaderValue, BindingMap<HeaderCriteria, D>> byValue = byName.get(criterion.name());
        PersistentMap<HeaderValue, BindingMap<HeaderCriteria, D>> before =
                byValue == null ? PersistentMap.empty() : byValue;
        PersistentMap<HeaderValue, BindingMap<HeaderCriteria, D>> after =
                bindings.isEmpty() ? before.without(criterion.value()) : before.with(criterion.value(), bindings);
        return new HeaderIndex<>(
                blank, after.isEmpty() ? byName.without(criterion.name()) : byName.with(criterion.name(), after));
    }
}
