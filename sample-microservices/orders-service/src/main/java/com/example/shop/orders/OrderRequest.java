package com.example.shop.orders;

import com.example.shop.common.Money;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;

/** What a customer sends. */
record OrderRequest(
        @NotBlank @Size(max = 100) String customer,
        @NotBlank @Email @Size(max = 200) String email,
        @NotEmpty @Size(max = 50) List<@NotNull @Valid Line> lines) {
    /** @param unitPrice the price that the customer has seen; where it is given, the catalog's must be the same */
    record Line(
            @NotNull @Pattern(regexp = "[A-Z0-9]+(-[A-Z0-9]+)*") @Size(max = 40)
            String sku,

            @NotNull @Min(1) @Max(99) Integer quantity,
            Money unitPrice) {}
}
