package com.example.shop.orders;

import com.example.shop.common.ShopProblem;
import jakarta.validation.Valid;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/orders")
class OrderController {
    private static final int SHOWN = 50;

    private final OrderService service;
    private final OrderRepository orders;

    OrderController(OrderService service, OrderRepository orders) {
        this.service = service;
        this.orders = orders;
    }

    @PostMapping
    ResponseEntity<Order> place(@Valid @RequestBody OrderRequest request) {
        Order order = service.place(request);
        return ResponseEntity.created(URI.create("/api/orders/" + order.id())).body(order);
    }

    @GetMapping
    List<Order> list() {
        return orders.latest(SHOWN);
    }

    @GetMapping("/{id}")
    Order get(@PathVariable UUID id) {
        return orders.find(id)
                .orElseThrow(() -> new ShopProblem(HttpStatus.NOT_FOUND, "No such order", "There is no order " + id));
    }
}
