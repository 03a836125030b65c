package com.example.shop.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.example.shop.common.Money;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class InMemoryProductRepositoryTest {
    private static final Product TEA =
            new Product("TEA-1", "Green tea", "Tea", "100 g of leaves", Money.of("9.90", "EUR"));
    private static final Product POT =
            new Product("POT-1", "Glass teapot", "Brewing", "Holds one litre", Money.of("34", "EUR"));

    private final InMemoryProductRepository products = new InMemoryProductRepository(List.of(TEA, POT));

    @Test
    void listsProductsByName() {
        assertThat(products.findAll()).containsExactly(POT, TEA);
    }

    @Test
    void findsAProductByItsNumber() {
        assertThat(products.findBySku("TEA-1")).contains(TEA);
        assertThat(products.findBySku("TEA-2")).isEmpty();
    }

    @Test
    void searchesAllTextsAndIgnoresCase() {
        assertThat(products.search("TEA")).containsExactly(POT, TEA);
        assertThat(products.search("leaves")).containsExactly(TEA);
        assertThat(products.search("pot-1")).containsExactly(POT);
    }

    @Test
    void everyWordMustBeThere() {
        assertThat(products.search(" litre  glass ")).containsExactly(POT);
        assertThat(products.search("litre leaves")).isEmpty();
    }

    @Test
    void refusesTwoProductsOfOneNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InMemoryProductRepository(List.of(TEA, TEA)))
                .withMessageContaining("TEA-1");
    }

    @Test
    void readsTheProductsThatComeWithTheService() {
        InMemoryProductRepository shipped = InMemoryProductRepository.fromResource(
                "products.json", JsonMapper.builder().build());

        assertThat(shipped.findAll()).hasSizeGreaterThan(10).allSatisfy(product -> {
            assertThat(product.price().amount()).isPositive();
            assertThat(product.name()).isNotBlank();
        });
    }

    @Test
    void saysWhichFileIsMissing() {
        assertThatIllegalStateException()
                .isThrownBy(() -> InMemoryProductRepository.fromResource(
                        "nothing.json", JsonMapper.builder().build()))
                .withMessageContaining("nothing.json");
    }
}
