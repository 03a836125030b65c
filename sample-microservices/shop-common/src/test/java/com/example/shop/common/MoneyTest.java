package com.example.shop.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Currency;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.json.JsonMapper;

class MoneyTest {
    private final JsonMapper json = JsonMapper.builder().build();

    @Test
    void hasTheDecimalsOfItsCurrency() {
        assertThat(Money.of("12.5", "EUR")).hasToString("12.50 EUR");
        assertThat(Money.of("1200", "JPY")).hasToString("1200 JPY");
    }

    @Test
    void equalAmountsAreEqualHoweverWritten() {
        assertThat(Money.of("3", "EUR")).isEqualTo(Money.of("3.00", "EUR"));
    }

    @Test
    void refusesPartsOfACent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Money.of("0.005", "EUR"))
                .withMessageContaining("EUR");
    }

    @Test
    void addsAndMultipliesExactly() {
        Money total = Money.zero(Currency.getInstance("EUR"))
                .plus(Money.of("0.10", "EUR").times(3))
                .plus(Money.of("19.90", "EUR"));

        assertThat(total).isEqualTo(Money.of("20.20", "EUR"));
    }

    @Test
    void doesNotAddDifferentCurrencies() {
        Money euros = Money.of("1", "EUR");
        Money dollars = Money.of("1", "USD");

        assertThatIllegalArgumentException().isThrownBy(() -> euros.plus(dollars));
    }

    @Test
    void writesAndReadsJson() {
        String text = json.writeValueAsString(Money.of("12.5", "EUR"));

        assertThat(text).isEqualTo("{\"amount\":12.50,\"currency\":\"EUR\"}");
        assertThat(json.readValue(text, Money.class)).isEqualTo(Money.of("12.50", "EUR"));
    }

    @Test
    void readsNothingThatIsNoMoney() {
        assertThatThrownBy(() -> json.readValue("{\"amount\":1,\"currency\":\"EURO\"}", Money.class))
                .isInstanceOf(DatabindException.class);
        assertThatThrownBy(() -> json.readValue("{\"currency\":\"EUR\"}", Money.class))
                .isInstanceOf(DatabindException.class);
    }
}
