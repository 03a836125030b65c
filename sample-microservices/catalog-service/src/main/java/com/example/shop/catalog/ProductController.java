package com.example.shop.catalog;

import com.example.shop.common.ShopProblem;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/products")
class ProductController {
    private final ProductRepository products;

    ProductController(ProductRepository products) {
        this.products = products;
    }

    @GetMapping
    List<Product> list(@RequestParam(defaultValue = "") String q) {
        return q.isBlank() ? products.findAll() : products.search(q);
    }

    @GetMapping("/{sku}")
    Product get(@PathVariable String sku) {
        return products.findBySku(sku).orElseThrow(() -> new ShopProblem(
                        HttpStatus.NOT_FOUND, "No such product", "The catalog has no product " + sku)
                .with("sku", sku));
    }
}
