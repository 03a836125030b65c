package com.example.shop.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.shop.common.Money;
import com.example.shop.common.ProblemAdvice;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

class ProductControllerTest {
    private final ProductRepository products = new InMemoryProductRepository(List.of(
            new Product("TEA-1", "Green tea", "Tea", "100 g of leaves", Money.of("9.90", "EUR")),
            new Product("POT-1", "Glass teapot", "Brewing", "Holds one litre", Money.of("34", "EUR"))));

    private final MockMvcTester mvc =
            MockMvcTester.create(MockMvcBuilders.standaloneSetup(new ProductController(products))
                    .setControllerAdvice(new ProblemAdvice())
                    .build());

    @Test
    void listsAllProducts() {
        assertThat(mvc.get().uri("/api/products"))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$[*].sku")
                .asArray()
                .containsExactly("POT-1", "TEA-1");
    }

    @Test
    void searchesByText() {
        assertThat(mvc.get().uri("/api/products?q=leaves"))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$[*].sku")
                .asArray()
                .containsExactly("TEA-1");
    }

    @Test
    void findingNothingIsAnEmptyList() {
        assertThat(mvc.get().uri("/api/products?q=bicycle")).hasStatusOk().hasBodyTextEqualTo("[]");
    }

    @Test
    void showsOneProductWithItsPrice() {
        assertThat(mvc.get().uri("/api/products/TEA-1"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("""
                {"sku": "TEA-1", "name": "Green tea", "price": {"amount": 9.90, "currency": "EUR"}}
                """);
    }

    @Test
    void answersNotFoundForAnUnknownNumber() {
        assertThat(mvc.get().uri("/api/products/TEA-2"))
                .hasStatus(HttpStatus.NOT_FOUND)
                .hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
                .bodyJson()
                .extractingPath("$.sku")
                .isEqualTo("TEA-2");
    }
}
