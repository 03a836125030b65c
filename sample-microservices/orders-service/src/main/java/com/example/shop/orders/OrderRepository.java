package com.example.shop.orders;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Repository;

/** The latest orders, in memory: a restart forgets them, and each instance knows its own. */
@Repository
class OrderRepository {
    static final int LIMIT = 1000;

    private final Map<UUID, Order> orders = new LinkedHashMap<>();

    synchronized void save(Order order) {
        orders.put(order.id(), order);
        if (orders.size() > LIMIT) {
            orders.remove(orders.keySet().iterator().next());
        }
    }

    synchronized Optional<Order> find(UUID id) {
        return Optional.ofNullable(orders.get(id));
    }

    /** The newest first. */
    synchronized List<Order> latest(int count) {
        List<Order> all = new ArrayList<>(orders.values());
        Collections.reverse(all);
        return List.copyOf(all.subList(0, Math.min(count, all.size())));
    }
}
