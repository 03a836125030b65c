package com.example.shop.orders;

import com.example.shop.common.Money;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** An order that was accepted, with the prices of that moment. */
record Order(UUID id, Instant placedAt, String customer, String email, List<Line> lines, Money total) {
    Order {
        lines = List.copyOf(lines);
    }

    record Line(String sku, String name, int quantity, Money unitPrice, Money price) {}
}
