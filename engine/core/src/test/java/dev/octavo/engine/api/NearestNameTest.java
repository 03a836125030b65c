package dev.octavo.engine.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    private static final List<String> SERVICES = List.of("catalog-service", "orders-service", "storefront");

    @Test
    void findsTheNameBehindATypingSlip() {
        assertThat(NearestName.of("catlog-service", SERVICES)).first().isEqualTo("catalog-service");
        assertThat(NearestName.of("ordres-service", SERVICES)).first().isEqualTo("orders-service");
        assertThat(NearestName.of("StoreFront", SERVICES)).containsExactly("storefront");
    }

    @Test
    void findsTheNameOfWhichAPartWasGiven() {
        assertThat(NearestName.of("catalog", SERVICES)).containsExactly("catalog-service");
    }

    @Test
    void offersNothingThatHasTooLittleInCommon() {
        assertThat(NearestName.of("payment", SERVICES)).isEmpty();
        assertThat(NearestName.of("x", List.of("ab", "b"))).isEmpty();
        assertThat(NearestName.of("", SERVICES)).isEmpty();
    }

    @Test
    void saysWhatThereIsWhereNothingIsNear() {
        assertThat(NearestName.hint("payment", SERVICES, "services"))
                .isEqualTo("known services: catalog-service, orders-service, storefront");
        assertThat(NearestName.hint("catalog", SERVICES, "services")).isEqualTo("did you mean \"catalog-service\"?");
        assertThat(NearestName.hint("catalog", List.of(), "services")).isEqualTo("there are no services");
    }
}
