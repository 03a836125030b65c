package com.example.shop.orders;

import com.example.shop.common.Money;
import com.example.shop.common.ShopProblem;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/** Turns a request into an order, at the catalog's prices. */
@Service
class OrderService {
    private static final Logger log = LoggerFactory.getLogger(OrderService.class);

    private final Catalog catalog;
    private final OrderRepository orders;
    private final Clock clock;

    OrderService(Catalog catalog, OrderRepository orders, Clock clock) {
        this.catalog = catalog;
        this.orders = orders;
        this.clock = clock;
    }

    Order place(OrderRequest request) {
        List<String> unknown = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        List<Order.Line> lines = new ArrayList<>();
        for (OrderRequest.Line line : request.lines()) {
            Optional<Catalog.Item> item = catalog.find(line.sku());
            if (item.isEmpty()) {
                unknown.add(line.sku());
                continue;
            }
            Money price = item.get().price();
            if (line.unitPrice() != null && !line.unitPrice().equals(price)) {
                changed.add(line.sku() + " costs " + price + ", not " + line.unitPrice());
            }
            lines.add(new Order.Line(
                    line.sku(), item.get().name(), line.quantity(), price, price.times(line.quantity())));
        }
        if (!unknown.isEmpty()) {
            throw new ShopProblem(
                            HttpStatus.UNPROCESSABLE_CONTENT,
                            "No such product",
                            "The catalog does not have " + String.join(", ", unknown))
                    .with("skus", unknown);
        }
        if (!changed.isEmpty()) {
            throw new ShopProblem(HttpStatus.CONFLICT, "A price has changed", String.join("; ", changed));
        }
        Order order =
                new Order(UUID.randomUUID(), clock.instant(), request.customer(), request.email(), lines, total(lines));
        orders.save(order);
        log.info("Order {} of {} lines, {}", order.id(), lines.size(), order.total());
        return order;
    }

    private static Money total(List<Order.Line> lines) {
        Money total = Money.zero(lines.get(0).price().currency());
        for (Order.Line line : lines) {
            total = total.plus(line.price());
        }
        return total;
    }
}
