package com.example.shop.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.example.shop.common.Money;
import com.example.shop.common.ShopProblem;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;

class OrderServiceTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:15:30Z");

    private final Map<String, Catalog.Item> items = Map.of(
            "TEA-1", new Catalog.Item("TEA-1", "Green tea", Money.of("9.90", "EUR")),
            "POT-1", new Catalog.Item("POT-1", "Glass teapot", Money.of("34.00", "EUR")));
    private final OrderRepository orders = new OrderRepository();
    private final OrderService service =
            new OrderService(sku -> Optional.ofNullable(items.get(sku)), orders, Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void acceptsAnOrderAtTheCatalogsPrices() {
        Order order = service.place(request(line("TEA-1", 3, null), line("POT-1", 1, Money.of("34", "EUR"))));

        assertThat(order.total()).isEqualTo(Money.of("63.70", "EUR"));
        assertThat(order.placedAt()).isEqualTo(NOW);
        assertThat(order.lines()).extracting(Order.Line::name).containsExactly("Green tea", "Glass teapot");
        assertThat(orders.find(order.id())).contains(order);
    }

    @Test
    void refusesWhatTheCatalogDoesNotHaveAndNamesAllOfIt() {
        OrderRequest request = request(line("TEA-1", 1, null), line("TEA-2", 1, null), line("TEA-3", 1, null));

        assertThatExceptionOfType(ShopProblem.class)
                .isThrownBy(() -> service.place(request))
                .satisfies(problem -> {
                    assertThat(problem.getStatusCode()).isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT);
                    assertThat(problem.getBody().getDetail()).endsWith("TEA-2, TEA-3");
                });
        assertThat(orders.latest(10)).isEmpty();
    }

    @Test
    void refusesAPriceThatIsNoLongerTrue() {
        OrderRequest request = request(line("TEA-1", 1, Money.of("8.90", "EUR")));

        assertThatExceptionOfType(ShopProblem.class)
                .isThrownBy(() -> service.place(request))
                .satisfies(problem -> {
                    assertThat(problem.getStatusCode()).isEqualTo(HttpStatus.CONFLICT);
                    assertThat(problem.getBody().getDetail()).isEqualTo("TEA-1 costs 9.90 EUR, not 8.90 EUR");
                });
        assertThat(orders.latest(10)).isEmpty();
    }

    @Test
    void remembersTheLatestOrdersOnly() {
        Order first = service.place(request(line("TEA-1", 1, null)));
        Order last = first;
        for (int i = 0; i < OrderRepository.LIMIT; i++) {
            last = service.place(request(line("TEA-1", 1, null)));
        }

        assertThat(orders.latest(1)).containsExactly(last);
        assertThat(orders.latest(Integer.MAX_VALUE)).hasSize(OrderRepository.LIMIT);
        assertThat(orders.find(first.id())).isEmpty();
        assertThat(orders.find(UUID.randomUUID())).isEmpty();
    }

    private static OrderRequest request(OrderRequest.Line... lines) {
        return new OrderRequest("Ada", "ada@example.com", List.of(lines));
    }

    private static OrderRequest.Line line(String sku, int quantity, Money unitPrice) {
        return new OrderRequest.Line(sku, quantity, unitPrice);
    }
}
